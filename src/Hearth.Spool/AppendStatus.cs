namespace Hearth.Spool;

/// <summary>What became of a record.</summary>
public enum AppendStatus
{
    /// <summary>On disk and synced: it survives a power cut.</summary>
    Stored,

    /// <summary>The spool holds all it may (<see cref="SpoolOptions.BytesMax"/>). Come again.</summary>
    Full,

    /// <summary>The disk has no room. Come again.</summary>
    DiskFull,

    /// <summary>Writing or syncing failed; the record may or may not be on disk and is not acknowledged. Come again.</summary>
    Failed,

    /// <summary>Larger than <see cref="SpoolOptions.RecordBytesMax"/>: it will never fit.</summary>
    TooLarge,

    /// <summary>The spool is closing.</summary>
    Closed,
}
