namespace Hearth.Spool;

/// <summary>What was found when a spool was opened.</summary>
/// <param name="Segments">Segments with records.</param>
/// <param name="Records">Sound records.</param>
/// <param name="CorruptBytes">Bytes between sound records that were damaged.</param>
/// <param name="TailBytes">Bytes of writes that were cut short.</param>
/// <param name="ForeignSegments">Segments of a format version this program cannot read; they were left alone.</param>
/// <param name="UnreadableSegments">Segments that the disk would not give back; they were left alone.</param>
public readonly record struct SpoolRecovery(
    int Segments,
    long Records,
    long CorruptBytes,
    long TailBytes,
    int ForeignSegments,
    int UnreadableSegments);
