using System.Globalization;
using System.Text;

namespace Hearth.Query.FlameGraphs;

/// <summary>
/// Writes a tree as a call graph in Graphviz DOT: one node per function with its own (flat) and cumulative value, one edge per
/// caller and callee. A function that calls itself counts once per stack. Only the largest functions are drawn; an edge
/// over functions left out is dotted and joins the nearest ones drawn.
/// </summary>
internal sealed class DotWriter
{
    /// <summary>Functions drawn unless the caller asks for another number.</summary>
    public const int NodesDefault = 100;

    private const int TreeNodesMin = 512;

    private readonly FlameGraphTree _tree;
    private readonly long[] _totals;
    private readonly long[] _flat;
    private readonly long[] _cumulative;
    private readonly Dictionary<(int From, int To), (long Weight, bool Direct)> _edges = [];

    private DotWriter(FlameGraphTree tree)
    {
        _tree = tree;
        _totals = tree.Totals();
        _flat = new long[tree.Names.Count];
        _cumulative = new long[tree.Names.Count];
    }

    /// <summary>
    /// The graph as text; empty when the tree holds nothing. The tree is cut to max(512, <paramref name="nodesMax"/>) nodes first,
    /// which bounds the work.
    /// </summary>
    /// <param name="tree">What to draw.</param>
    /// <param name="title">Name of the profile type, for the legend.</param>
    /// <param name="unit">Unit of the values.</param>
    /// <param name="nodesMax">Functions drawn at most, from 1.</param>
    public static string Write(FlameGraphTree tree, string title, string unit, int nodesMax)
    {
        if (tree.Count == 1)
        {
            return "";
        }

        DotWriter writer = new(FlameGraphLayout.Of(tree, Math.Max(TreeNodesMin, nodesMax)).ToTree());
        writer.Sum();
        int[] drawn = writer.Largest(nodesMax);
        writer.Connect(drawn);
        return writer.Text(drawn, title, unit);
    }

    // A name counts once per path: only where no ancestor has it already.
    private void Sum()
    {
        ReadOnlySpan<int> names = _tree.NodeNames;
        ReadOnlySpan<long> selves = _tree.Selves;
        for (int node = 1; node < _totals.Length; node++)
        {
            _flat[names[node]] += selves[node];
            if (!HasAncestor(node, names[node]))
            {
                _cumulative[names[node]] += _totals[node];
            }
        }
    }

    private bool HasAncestor(int node, int name)
    {
        ReadOnlySpan<int> parents = _tree.Parents;
        ReadOnlySpan<int> names = _tree.NodeNames;
        for (int at = parents[node]; at != 0; at = parents[at])
        {
            if (names[at] == name)
            {
                return true;
            }
        }

        return false;
    }

    private int[] Largest(int nodesMax) =>
    [
        .. Enumerable.Range(0, _cumulative.Length)
            .Where(name => _cumulative[name] > 0)
            .OrderByDescending(name => _cumulative[name])
            .ThenByDescending(name => _flat[name])
            .ThenBy(name => _tree.Names[name], StringComparer.Ordinal)
            .Take(nodesMax),
    ];

    private void Connect(int[] drawn)
    {
        bool[] isDrawn = new bool[_cumulative.Length];
        foreach (int name in drawn)
        {
            isDrawn[name] = true;
        }

        ReadOnlySpan<int> parents = _tree.Parents;
        ReadOnlySpan<int> names = _tree.NodeNames;
        for (int node = 1; node < _totals.Length; node++)
        {
            if (!isDrawn[names[node]])
            {
                continue;
            }

            int caller = parents[node];
            while (caller != 0 && !isDrawn[names[caller]])
            {
                caller = parents[caller];
            }

            if (caller == 0 || RepeatsEdge(caller, names[caller], names[node], isDrawn))
            {
                continue;
            }

            (int, int) edge = (names[caller], names[node]);
            (long weight, bool direct) = _edges.GetValueOrDefault(edge);
            _edges[edge] = (weight + _totals[node], direct || caller == parents[node]);
        }
    }

    private bool RepeatsEdge(int caller, int from, int to, bool[] isDrawn)
    {
        ReadOnlySpan<int> parents = _tree.Parents;
        ReadOnlySpan<int> names = _tree.NodeNames;
        int callee = names[caller];
        for (int at = parents[caller]; at != 0; at = parents[at])
        {
            if (!isDrawn[names[at]])
            {
                continue;
            }

            if (names[at] == from && callee == to)
            {
                return true;
            }

            callee = names[at];
        }

        return false;
    }

    private string Text(int[] drawn, string title, string unit)
    {
        long total = _totals[0];
        StringBuilder text = new();
        text.Append("digraph \"").Append(Escape(title)).Append("\" {\n");
        text.Append("node [style=filled fillcolor=\"#f8f8f8\" shape=box]\n");
        text.Append(CultureInfo.InvariantCulture, $"legend [shape=note label=\"{Escape(title)}\\nTotal: {ValueText.Of(total, unit)}\"]\n");
        Dictionary<int, int> ids = [];
        foreach (int name in drawn)
        {
            ids.Add(name, ids.Count + 1);
            string size = (8 + (32 * Math.Sqrt((double)_flat[name] / Math.Max(total, 1)))).ToString("0", CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"N{ids[name]} [label=\"{Escape(_tree.Names[name])}\\n");
            text.Append(CultureInfo.InvariantCulture, $"{ValueText.Of(_flat[name], unit)} ({ValueText.Share(_flat[name], total)})\\n");
            text.Append(CultureInfo.InvariantCulture, $"of {ValueText.Of(_cumulative[name], unit)} ");
            text.Append(CultureInfo.InvariantCulture, $"({ValueText.Share(_cumulative[name], total)})\" fontsize={size}]\n");
        }

        foreach (((int from, int to), (long weight, bool direct)) in _edges
            .OrderByDescending(edge => edge.Value.Weight).ThenBy(edge => ids[edge.Key.From]).ThenBy(edge => ids[edge.Key.To]))
        {
            text.Append(CultureInfo.InvariantCulture, $"N{ids[from]} -> N{ids[to]} [label=\"{ValueText.Of(weight, unit)}\"");
            text.Append(direct ? "]\n" : " style=dotted]\n");
        }

        return text.Append("}\n").ToString();
    }

    private static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length);
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' => escaped.Append("\\\""),
                '\\' => escaped.Append("\\\\"),
                '\n' => escaped.Append("\\n"),
                _ when char.IsControl(c) => escaped.Append(' '),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }
}
