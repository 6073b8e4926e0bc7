using Hearth.Query.Pyroscope.Messages.Querier;

namespace Hearth.Query.Tests.Hosting;

/// <summary>Reads flame graph messages as Grafana does: a box belongs to the box above whose interval holds it.</summary>
internal static class ClientTree
{
    /// <summary>Self values by stack, "a;b;c" from the root.</summary>
    public static SortedDictionary<string, long> Selves(FlameGraph graph)
    {
        SortedDictionary<string, long> selves = new(StringComparer.Ordinal);
        List<(string Path, long X, long End)> above = [("", long.MinValue, long.MaxValue)];
        foreach (Level level in graph.Levels)
        {
            List<(string Path, long X, long End)> here = [];
            long end = 0;
            for (int at = 0; at < level.Values.Count; at += 4)
            {
                long x = end + level.Values[at];
                end = x + level.Values[at + 1];
                string name = graph.Names[(int)level.Values[at + 3]];
                string parent = above.First(box => box.X <= x && end <= box.End).Path;
                string path = here.Count == 0 && above is [{ X: long.MinValue }] ? "" : parent.Length == 0 ? name : $"{parent};{name}";
                here.Add((path, x, end));
                if (level.Values[at + 2] > 0)
                {
                    selves[path] = selves.GetValueOrDefault(path) + level.Values[at + 2];
                }
            }

            above = here;
        }

        return selves;
    }
}
