namespace Hearth.Spool.Disk;

/// <summary>A file of the directory.</summary>
internal readonly record struct DiskEntry(string Name, long Length);
