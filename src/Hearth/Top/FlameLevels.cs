using System.Text.Json;

namespace Hearth.Top;

/// <summary>
/// Reads the level form of a flame graph (groups of x offset, total, self, name index; the self part of a box is at its left) and sums it
/// per function. A function that calls itself counts once in its total.
/// </summary>
internal static class FlameLevels
{
    private const int NodesMax = 4_000_000;

    /// <summary>Self and total per function name, without the synthetic root. A malformed answer gives null.</summary>
    public static Dictionary<string, (long Self, long Total)>? Sum(JsonElement flameGraph)
    {
        if (!TryNames(flameGraph, out string[] names) || !flameGraph.TryGetProperty("levels", out JsonElement levels))
        {
            return null;
        }

        var sums = new (long Self, long Total)[names.Length];
        var above = new List<Node>();
        foreach (JsonElement level in levels.EnumerateArray())
        {
            if (ReadLevel(level, names.Length) is not { } nodes)
            {
                return null;
            }

            int parent = 0;
            foreach (Node node in nodes)
            {
                while (parent < above.Count && above[parent].End <= node.Start && above[parent].End < node.End)
                {
                    parent++;
                }

                node.Parent = parent < above.Count ? above[parent] : null;
                sums[node.Name].Self += node.Self;
                if (!node.IsInsideItself())
                {
                    sums[node.Name].Total += node.Total;
                }
            }

            above = nodes;
        }

        // Index 0 is the synthetic root called total.
        var result = new Dictionary<string, (long, long)>(StringComparer.Ordinal);
        for (int i = 1; i < names.Length; i++)
        {
            result[names[i]] = sums[i];
        }

        return result;
    }

    /// <summary>A whole number that the JSON form writes as text or as a number.</summary>
    public static long Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when long.TryParse(value.GetString(), out long number) => number,
        JsonValueKind.Number when value.TryGetInt64(out long number) => number,
        JsonValueKind.Number => (long)value.GetDouble(),
        _ => 0,
    };

    private static bool TryNames(JsonElement flameGraph, out string[] names)
    {
        names = [];
        if (flameGraph.ValueKind != JsonValueKind.Object || !flameGraph.TryGetProperty("names", out JsonElement list))
        {
            return false;
        }

        names = [.. list.EnumerateArray().Select(n => n.GetString() ?? "")];
        return names.Length > 0;
    }

    private static List<Node>? ReadLevel(JsonElement level, int nameCount)
    {
        var nodes = new List<Node>();
        if (!level.TryGetProperty("values", out JsonElement values)
            || values.GetArrayLength() % 4 != 0 || values.GetArrayLength() / 4 > NodesMax)
        {
            return null;
        }

        long end = 0;
        using JsonElement.ArrayEnumerator numbers = values.EnumerateArray();
        long Next() => numbers.MoveNext() ? Number(numbers.Current) : 0;
        for (int i = 0; i < values.GetArrayLength(); i += 4)
        {
            long start = end + Next();
            long total = Next();
            long self = Next();
            long name = Next();
            if (name < 0 || name >= nameCount || total < 0 || self < 0)
            {
                return null;
            }

            nodes.Add(new Node(start, total, self, (int)name));
            end = start + total;
        }

        return nodes;
    }

    private sealed class Node(long start, long total, long self, int name)
    {
        public long Start { get; } = start;

        public long Total { get; } = total;

        public long Self { get; } = self;

        public int Name { get; } = name;

        public long End => Start + Total;

        public Node? Parent { get; set; }

        public bool IsInsideItself()
        {
            for (Node? at = Parent; at is not null; at = at.Parent)
            {
                if (at.Name == Name)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
