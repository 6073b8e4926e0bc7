namespace Hearth.Query.FlameGraphs;

/// <summary>
/// A tree cut to a number of nodes and put in order, level by level from the root and left to right within a level; siblings
/// in the byte order of their names, <c>other</c> last. The left edge of a box is its parent's edge plus the parent's self
/// value plus the totals of the siblings before it.
/// </summary>
internal sealed class FlameGraphLayout
{
    private FlameGraphLayout(LayoutNode[] nodes, int[] levelStarts, NameTable names)
    {
        Nodes = nodes;
        LevelStarts = levelStarts;
        Names = names;
    }

    /// <summary>All boxes; the first is the root.</summary>
    public LayoutNode[] Nodes { get; }

    /// <summary>Where each level starts in <see cref="Nodes"/>, and the end of the last.</summary>
    public int[] LevelStarts { get; }

    /// <summary>Names the boxes refer to.</summary>
    public NameTable Names { get; }

    /// <summary>Levels, the root's included: at least 1.</summary>
    public int LevelCount => LevelStarts.Length - 1;

    /// <summary>The value of everything.</summary>
    public long Total => Nodes[0].Total;

    /// <summary>The largest self value of any box.</summary>
    public long MaxSelf
    {
        get
        {
            long largest = 0;
            foreach (LayoutNode node in Nodes)
            {
                largest = Math.Max(largest, node.Self);
            }

            return largest;
        }
    }

    /// <summary>
    /// Lays a tree out. With more than <paramref name="maxNodes"/> nodes (the root not counted; 0 = no limit), nodes whose total is
    /// below the <paramref name="maxNodes"/>-th largest total are replaced by one <c>other</c> per parent, whose self and total are
    /// the sum removed; ties at the threshold stay, a child already named <c>other</c> is folded in.
    /// The total of every kept node, the root above all, stays exact.
    /// </summary>
    public static FlameGraphLayout Of(FlameGraphTree tree, int maxNodes)
    {
        long[] totals = tree.Totals();
        bool truncate = maxNodes > 0 && tree.Count - 1 > maxNodes;
        long threshold = truncate ? Threshold.NthLargest(totals.AsSpan(1), maxNodes) : 0;
        bool[] keep = new bool[tree.Count];
        long[] removed = new long[tree.Count];
        Cut(tree, totals, truncate, threshold, keep, removed);

        SiblingOrder order = SiblingOrder.Of(tree, keep);
        int size = 0;
        for (int node = 0; node < keep.Length; node++)
        {
            size += (keep[node] ? 1 : 0) + (removed[node] > 0 ? 1 : 0);
        }

        return Place(tree, totals, removed, order, size);
    }

    /// <summary>The boxes as a tree again, names shared: what a reader of a bounded tree works on.</summary>
    public FlameGraphTree ToTree()
    {
        FlameGraphTree tree = new(Names);
        int[] nodes = new int[Nodes.Length];
        tree.AddSelf(0, Nodes[0].Self);
        for (int at = 0; at < Nodes.Length; at++)
        {
            for (int child = Nodes[at].FirstChild; child < Nodes[at].FirstChild + Nodes[at].ChildCount; child++)
            {
                nodes[child] = tree.Child(nodes[at], Nodes[child].Name);
                tree.AddSelf(nodes[child], Nodes[child].Self);
            }
        }

        return tree;
    }

    private static void Cut(
        FlameGraphTree tree, long[] totals, bool truncate, long threshold, bool[] keep, long[] removed)
    {
        ReadOnlySpan<int> parents = tree.Parents;
        ReadOnlySpan<int> names = tree.NodeNames;
        keep[0] = true;
        for (int node = 1; node < keep.Length; node++)
        {
            int parent = parents[node];
            if (!keep[parent])
            {
                continue;
            }

            keep[node] = !truncate || (totals[node] >= threshold && names[node] != NameTable.Other);
            if (!keep[node])
            {
                removed[parent] = FlameGraphTree.AddSaturated(removed[parent], totals[node]);
            }
        }
    }

    private static FlameGraphLayout Place(FlameGraphTree tree, long[] totals, long[] removed, SiblingOrder order, int size)
    {
        ReadOnlySpan<int> names = tree.NodeNames;
        ReadOnlySpan<long> selves = tree.Selves;
        LayoutNode[] nodes = new LayoutNode[size];
        int[] sources = new int[size];
        List<int> starts = [0];
        nodes[0] = new LayoutNode { Name = NameTable.Total, Total = totals[0], Self = selves[0] };
        int count = 1;
        int done = 0;
        while (done < count)
        {
            int end = count;
            starts.Add(end);
            for (; done < end; done++)
            {
                ref LayoutNode parent = ref nodes[done];
                int source = sources[done];
                if (source < 0)
                {
                    continue;
                }

                long x = parent.X + parent.Self;
                parent.FirstChild = count;
                foreach (int child in order[source])
                {
                    sources[count] = child;
                    nodes[count++] = new LayoutNode { Name = names[child], X = x, Total = totals[child], Self = selves[child] };
                    x += totals[child];
                }

                if (removed[source] > 0)
                {
                    sources[count] = -1;
                    nodes[count++] = new LayoutNode { Name = NameTable.Other, X = x, Total = removed[source], Self = removed[source] };
                }

                parent.ChildCount = count - parent.FirstChild;
            }
        }

        return new FlameGraphLayout(nodes, [.. starts], tree.Names);
    }
}
