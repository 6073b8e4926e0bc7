using Hearth.Query.FlameGraphs;
using Hearth.Query.Pyroscope.Messages.Querier;

namespace Hearth.Query.Pyroscope;

/// <summary>Flame graphs as messages.</summary>
internal static class FlameGraphMessages
{
    /// <summary>A flame graph.</summary>
    public static FlameGraph Single(EncodedFlameGraph graph)
    {
        FlameGraph message = new() { Total = graph.Total, MaxSelf = graph.MaxSelf };
        message.Names.AddRange(graph.Names);
        message.Levels.AddRange(graph.Levels.Select(ToLevel));
        return message;
    }

    /// <summary>A difference.</summary>
    public static Messages.Querier.FlameGraphDiff Difference(EncodedFlameGraph graph)
    {
        Messages.Querier.FlameGraphDiff message = new()
        {
            Total = graph.Total,
            MaxSelf = graph.MaxSelf,
            LeftTicks = graph.LeftTotal,
            RightTicks = graph.RightTotal,
        };
        message.Names.AddRange(graph.Names);
        message.Levels.AddRange(graph.Levels.Select(ToLevel));
        return message;
    }

    private static Level ToLevel(long[] values)
    {
        Level level = new();
        level.Values.AddRange(values);
        return level;
    }
}
