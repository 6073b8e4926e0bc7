using System.ComponentModel.DataAnnotations;

namespace Hearth.Spool;

/// <summary>Where a spool lies and how much it may hold.</summary>
public sealed class SpoolOptions
{
    /// <summary>Directory of the segments; created when missing. One process owns it.</summary>
    [Required]
    public string Directory { get; set; } = "";

    /// <summary>What happens at <see cref="BytesMax"/>.</summary>
    public SpoolPolicy Policy { get; set; } = SpoolPolicy.Refuse;

    /// <summary>Bytes on disk in all segments that wait, dead letters not counted.</summary>
    [Range(1 << 16, long.MaxValue)]
    public long BytesMax { get; set; } = 4L << 30;

    /// <summary>A segment is closed when it reaches this many bytes. A reader holds one in memory.</summary>
    [Range(1 << 12, 1 << 30)]
    public int SegmentBytesMax { get; set; } = 32 << 20;

    /// <summary>A segment that holds a record is closed at this age, milliseconds.</summary>
    [Range(10, 3_600_000)]
    public int SegmentAgeMs { get; set; } = 1000;

    /// <summary>Largest record, bytes.</summary>
    [Range(1, 1 << 30)]
    public int RecordBytesMax { get; set; } = 64 << 20;

    /// <summary>Appends that may wait for one sync.</summary>
    [Range(1, 1 << 20)]
    public int AppendsPendingMax { get; set; } = 1024;

    /// <summary>Dead letters kept, bytes; the oldest goes first.</summary>
    [Range(0, long.MaxValue)]
    public long DeadLetterBytesMax { get; set; } = 1L << 30;

    /// <summary>
    /// Called on the writing thread at named steps (spool-before-write, spool-before-sync, spool-after-sync): tests end the process there.
    /// </summary>
    public Action<string>? OnStep { get; set; }
}
