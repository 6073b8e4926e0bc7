namespace Hearth.Query.FlameGraphs;

/// <summary>Children of kept nodes, in the byte order of their names, as runs of one array.</summary>
internal sealed class SiblingOrder
{
    private readonly int[] _starts;
    private readonly int[] _children;

    private SiblingOrder(int[] starts, int[] children)
    {
        _starts = starts;
        _children = children;
    }

    /// <summary>Kept children of a node, sorted.</summary>
    public ReadOnlySpan<int> this[int node] => _children.AsSpan(_starts[node], _starts[node + 1] - _starts[node]);

    /// <summary>Sorts the kept nodes of a tree: counting by parent, then by name inside each run.</summary>
    public static SiblingOrder Of(FlameGraphTree tree, ReadOnlySpan<bool> keep)
    {
        ReadOnlySpan<int> parents = tree.Parents;
        int[] starts = new int[tree.Count + 2];
        int kept = 0;
        for (int node = 1; node < parents.Length; node++)
        {
            if (keep[node])
            {
                starts[parents[node] + 2]++;
                kept++;
            }
        }

        for (int node = 2; node < starts.Length; node++)
        {
            starts[node] += starts[node - 1];
        }

        int[] children = new int[kept];
        for (int node = 1; node < parents.Length; node++)
        {
            if (keep[node])
            {
                children[starts[parents[node] + 1]++] = node;
            }
        }

        ByName order = new(tree.Names, tree.NodeNames.ToArray());
        for (int node = 0; node < parents.Length; node++)
        {
            int length = starts[node + 1] - starts[node];
            if (length > 1)
            {
                children.AsSpan(starts[node], length).Sort(order);
            }
        }

        return new SiblingOrder(starts, children);
    }

    private readonly struct ByName(NameTable names, int[] nodeNames) : IComparer<int>
    {
        public int Compare(int left, int right) => names.Compare(nodeNames[left], nodeNames[right]);
    }
}
