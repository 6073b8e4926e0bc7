namespace Hearth.Spool;

/// <summary>How full a spool is, for health checks and tests.</summary>
/// <param name="Segments">Closed segments that wait, those in a reader's hand included.</param>
/// <param name="Bytes">Bytes on disk, the open segment included.</param>
/// <param name="BytesMax">The bound.</param>
/// <param name="OldestAge">
/// Age of the oldest record that waits, by the process's own clock; zero when nothing waits or when it was found at start.
/// </param>
public readonly record struct SpoolState(int Segments, long Bytes, long BytesMax, TimeSpan OldestAge);
