using Hearth.Lifetime;

namespace Hearth.Engine;

/// <summary>
/// Holds a data directory for this process: two engines on one directory would destroy it. The lock ends with the process, however
/// it ends.
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    private const string FileName = "hearth.lock";
    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    /// <summary>
    /// Takes the lock. Throws <see cref="StartFailedException"/> when another process has it, or the directory cannot be used.
    /// </summary>
    public static DirectoryLock Take(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            return new(new FileStream(Path.Combine(directory, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException error)
        {
            throw new StartFailedException(
                $"the data directory {directory} is not writable for this user; choose another with --data.", error);
        }
        catch (IOException error) when (File.Exists(Path.Combine(directory, FileName)))
        {
            throw new StartFailedException(
                $"the data directory {directory} is used by another hearth process; end that one or choose another directory with --data.",
                error);
        }
        catch (IOException error)
        {
            throw new StartFailedException(
                $"the data directory {directory} cannot be made ({error.Message}); choose another with --data.", error);
        }
    }

    public void Dispose() => _file.Dispose();
}
