using Hearth.Profiles.Model;
using Hearth.Profiles.Types;
using Hearth.Storage.Writing;

namespace Hearth.Ingest.Shaping;

/// <summary>Where sample rows go: one series, one type, one slot of the store's clock.</summary>
internal struct ShapedLane
{
    /// <summary>The series.</summary>
    public SeriesEntry Series;

    /// <summary>The stored type.</summary>
    public MappedType Type;

    /// <summary>Start of the slot, Unix seconds, a multiple of 5.</summary>
    public long SlotSeconds;

    /// <summary>Pieces of the request that have rows in this lane.</summary>
    public int PieceCount;
}

/// <summary>One sample row: what a stack (and span) adds to a lane.</summary>
internal struct ShapedSample
{
    /// <summary>Lane.</summary>
    public int Lane;

    /// <summary>Stack of the document; of several stacks with one id always the same.</summary>
    public int Stack;

    /// <summary>Span id as its bytes in big-endian order; 0 none.</summary>
    public ulong Span;

    /// <summary>Value in the unit of the lane's type; more than 0.</summary>
    public long Value;
}

/// <summary>One row of the profile table: the share of a piece that went to one series.</summary>
internal struct ShapedProfile
{
    /// <summary>Lane.</summary>
    public int Lane;

    /// <summary>Identity of the row.</summary>
    public UInt128 Identity;

    /// <summary>Start, Unix nanoseconds.</summary>
    public long StartNanos;

    /// <summary>Length, nanoseconds.</summary>
    public ulong DurationNanos;

    /// <summary>Period as sent.</summary>
    public long Period;

    /// <summary>Sum of the values of its sample rows.</summary>
    public long Total;

    /// <summary>Samples that were counted into it.</summary>
    public uint Samples;

    /// <summary>Samples the sender says it lost.</summary>
    public ulong Lost;

    /// <summary>Samples whose stack was cut, by the sender or here.</summary>
    public ulong Truncated;

    /// <summary>Value of samples whose innermost frame has no name.</summary>
    public long Unnamed;

    /// <summary>Mappings its frames lie in, as <see cref="SymbolIds.MaskOf"/> names them.</summary>
    public ulong Mappings;

    /// <summary>What happened to it.</summary>
    public ProfileFlags Flags;
}

/// <summary>One sample type of one received profile: what is stored wholly or, when it is a resend, not at all.</summary>
internal struct ShapedPiece
{
    /// <summary>Identity of the piece: hash of tenant, profile id or content, type, series, start.</summary>
    public UInt128 Identity;

    /// <summary>Profile of the document, as group and position.</summary>
    public int Group;

    /// <summary>Position inside the group.</summary>
    public int Position;

    /// <summary>First of its rows in <see cref="ShapedRows.Profiles"/>.</summary>
    public int ProfileStart;

    /// <summary>Rows in <see cref="ShapedRows.Profiles"/>.</summary>
    public int ProfileCount;

    /// <summary>First of its rows in <see cref="ShapedRows.Samples"/>.</summary>
    public int SampleStart;

    /// <summary>Rows in <see cref="ShapedRows.Samples"/>.</summary>
    public int SampleCount;
}

/// <summary>What one request became: rows that still name stacks by their index in the document. Reused; keeps its memory.</summary>
internal sealed class ShapedRows
{
    /// <summary>Lanes.</summary>
    public Column<ShapedLane> Lanes { get; } = new();

    /// <summary>Pieces.</summary>
    public Column<ShapedPiece> Pieces { get; } = new();

    /// <summary>Profile rows, grouped by piece.</summary>
    public Column<ShapedProfile> Profiles { get; } = new();

    /// <summary>Sample rows, grouped by piece.</summary>
    public Column<ShapedSample> Samples { get; } = new(256);

    /// <summary>Forgets every row.</summary>
    public void Clear()
    {
        Lanes.Clear();
        Pieces.Clear();
        Profiles.Clear();
        Samples.Clear();
    }
}
