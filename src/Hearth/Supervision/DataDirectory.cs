using System.Globalization;
using System.Text;
using Hearth.Lifetime;

namespace Hearth.Supervision;

/// <summary>
/// The directory that keeps everything of one Hearth, held by one process at a time through a lock the kernel drops with the process.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private const string LockName = "hearth.lock";

    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>Default: <c>$XDG_DATA_HOME/hearth</c>, else <c>~/.local/share/hearth</c> of the given home.</summary>
    public static string DefaultPath(string home)
    {
        string? data = Environment.GetEnvironmentVariable("XDG_DATA_HOME");
        bool given = !string.IsNullOrEmpty(data) && System.IO.Path.IsPathRooted(data);
        return System.IO.Path.Combine(given ? data! : System.IO.Path.Combine(home, ".local", "share"), "hearth");
    }

    /// <summary>
    /// Creates the directory when needed (for its owner only) and takes the lock. A directory with other things in it is refused: what is
    /// kept here is created, given to a user and cleaned up by Hearth, which must never happen to somebody else's files.
    /// </summary>
    public static DataDirectory Open(string path, InvokingUser? owner)
    {
        string full = System.IO.Path.GetFullPath(path);
        string lockFile = System.IO.Path.Combine(full, LockName);
        try
        {
            bool ours = File.Exists(lockFile);
            if (!Directory.Exists(full))
            {
                CreateFor(full, owner);
            }
            else if (!ours && Directory.EnumerateFileSystemEntries(full).Any(e => System.IO.Path.GetFileName(e) != "lost+found"))
            {
                throw new StartFailedException($"the data directory {full} is not empty and not Hearth's; give another one with --data");
            }

            // FileShare.None is an flock: it ends with the process, however that ends, so a lock is never stale.
            var held = new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DataDirectory(full, held);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new StartFailedException($"cannot write to the data directory {full}; give another one with --data", failure);
        }
        catch (IOException failure) when (File.Exists(lockFile))
        {
            throw new StartFailedException(
                $"the data directory {full} is in use by another hearth; stop that one or give another directory with --data", failure);
        }
        catch (IOException failure)
        {
            throw new StartFailedException(
                $"cannot use the data directory {full}: {failure.Message}; give another one with --data", failure);
        }
    }

    /// <summary>
    /// A directory inside for one child, owned by the user it runs as. The lock file remembers who that was last, so that the walk over
    /// everything happens only when the user changes (the first start under sudo after one as root, say).
    /// </summary>
    public string Prepare(string name, InvokingUser? owner)
    {
        string inside = System.IO.Path.Combine(Path, name);
        if (!Directory.Exists(inside))
        {
            CreateFor(inside, owner);
        }

        uint uid = owner?.Uid ?? InvokingUser.CurrentUid;
        string now = uid.ToString(CultureInfo.InvariantCulture);
        using var reader = new StreamReader(_lock, Encoding.ASCII, leaveOpen: true);
        _lock.Position = 0;
        if (owner is not null && reader.ReadToEnd() != now)
        {
            owner.Own(Path);
        }

        _lock.SetLength(0);
        _lock.Write(Encoding.ASCII.GetBytes(now));
        _lock.Flush();
        return inside;
    }

    private static void CreateFor(string directory, InvokingUser? owner)
    {
        string? missing = directory;
        while (System.IO.Path.GetDirectoryName(missing) is { } parent && !Directory.Exists(parent))
        {
            missing = parent;
        }

        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        owner?.Own(missing);
    }

    /// <inheritdoc />
    public void Dispose() => _lock.Dispose();
}
