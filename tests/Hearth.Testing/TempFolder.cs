namespace Hearth.Testing;

/// <summary>A new folder under the machine's temporary path, removed with all it holds at the end.</summary>
public sealed class TempFolder : IDisposable
{
    /// <summary>Makes the folder.</summary>
    public TempFolder() => Path = Directory.CreateTempSubdirectory("hearth-").FullName;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The full path of something inside.</summary>
    public string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Already gone: a test removed it on purpose.
        }
    }
}
