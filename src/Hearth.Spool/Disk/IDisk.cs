namespace Hearth.Spool.Disk;

/// <summary>
/// The directory a spool lives in: the process edge behind which tests put a disk that loses power. Names are plain file
/// names. Every member throws <see cref="DiskException"/> with the system's error number.
/// </summary>
internal interface IDisk
{
    /// <summary>Names and sizes of the files in the directory.</summary>
    IReadOnlyList<DiskEntry> List();

    /// <summary>Makes a file that must not exist yet and opens it for appending.</summary>
    IDiskFile Create(string name);

    /// <summary>The first <paramref name="bytesMax"/> bytes of a file.</summary>
    byte[] Read(string name, long bytesMax);

    /// <summary>Removes a file; a missing one is no error.</summary>
    void Delete(string name);

    /// <summary>Renames a file over whatever bears the new name.</summary>
    void Rename(string name, string to);

    /// <summary>Makes creations, renames and removals durable.</summary>
    void SyncDirectory();
}
