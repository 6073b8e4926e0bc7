namespace Hearth.Collector.Processes.Targets;

/// <summary>What says that two opened files are the same bytes.</summary>
/// <param name="Device">Major × 2^32 + minor.</param>
/// <param name="Inode">Inode number.</param>
/// <param name="ModifiedNanos">Time of the last change, nanoseconds since 1970.</param>
/// <param name="Size">Bytes.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, long ModifiedNanos, long Size);
