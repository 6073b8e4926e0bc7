namespace Hearth.Spool;

/// <summary>A closed segment in a reader's hand: its records do not change any more.</summary>
public sealed class SpoolSegment
{
    internal SpoolSegment(ulong id, long bytes, IReadOnlyList<ReadOnlyMemory<byte>> records)
    {
        Id = id;
        Bytes = bytes;
        Records = records;
    }

    /// <summary>Id, rising with age: part of the token of what is made from the segment.</summary>
    public ulong Id { get; }

    /// <summary>Bytes on disk.</summary>
    public long Bytes { get; }

    /// <summary>The records, in the order in which they were appended.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Records { get; }
}
