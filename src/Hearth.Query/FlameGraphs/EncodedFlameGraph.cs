namespace Hearth.Query.FlameGraphs;

/// <summary>A flame graph, or a difference of two, as the flamebearer form has it: names and one list of numbers per level.</summary>
internal sealed class EncodedFlameGraph
{
    /// <summary>Names the levels refer to; the first is <c>total</c>.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Groups of 4 numbers (single) or 7 (difference) per box, left to right.</summary>
    public required IReadOnlyList<long[]> Levels { get; init; }

    /// <summary>The value of everything; for a difference the sum of both sides.</summary>
    public required long Total { get; init; }

    /// <summary>The largest self value.</summary>
    public required long MaxSelf { get; init; }

    /// <summary>Total of the left side of a difference.</summary>
    public long LeftTotal { get; init; }

    /// <summary>Total of the right side of a difference.</summary>
    public long RightTotal { get; init; }
}
