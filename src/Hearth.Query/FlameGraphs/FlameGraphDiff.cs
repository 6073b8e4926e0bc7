namespace Hearth.Query.FlameGraphs;

/// <summary>
/// The difference of two trees: nodes of one path are one box with a value on each side; a side that lacks it has zeros.
/// Groups of <c>[ΔxL, totalL, selfL, ΔxR, totalR, selfR, name]</c>; positions are computed for each side on its own with the rules
/// of <see cref="FlameGraphLayout"/>. A box stays when either total reaches the n-th largest of max(totalL, totalR).
/// </summary>
internal sealed class FlameGraphDiff
{
    private readonly FlameGraphTree _union = new();
    private readonly Side _left = new();
    private readonly Side _right = new();
    private readonly List<string> _names = [];
    private readonly Dictionary<int, int> _numbers = [];
    private long _maxSelf;

    private FlameGraphDiff()
    {
    }

    /// <summary>Compares two trees, cut to <paramref name="maxNodes"/> nodes (0 = no limit).</summary>
    public static EncodedFlameGraph Encode(FlameGraphTree left, FlameGraphTree right, int maxNodes)
    {
        FlameGraphDiff diff = new();
        int[] leftNodes = diff.Join(left);
        int[] rightNodes = diff.Join(right);
        diff._left.Fill(left, leftNodes, diff._union);
        diff._right.Fill(right, rightNodes, diff._union);
        return diff.Run(maxNodes);
    }

    private int[] Join(FlameGraphTree tree)
    {
        int[] nodes = new int[tree.Count];
        int[] names = new int[tree.Names.Count];
        for (int name = 0; name < names.Length; name++)
        {
            names[name] = _union.Names.Intern(tree.Names[name]);
        }

        ReadOnlySpan<int> parents = tree.Parents;
        ReadOnlySpan<int> nodeNames = tree.NodeNames;
        for (int node = 1; node < nodes.Length; node++)
        {
            nodes[node] = _union.Child(nodes[parents[node]], names[nodeNames[node]]);
        }

        return nodes;
    }

    private EncodedFlameGraph Run(int maxNodes)
    {
        bool[] keep = Cut(maxNodes);
        SiblingOrder order = SiblingOrder.Of(_union, keep);
        List<long[]> levels = [];
        List<Box> level = [new Box(0, NameTable.Total, 0, 0)];
        Number(order);
        while (level.Count > 0)
        {
            List<Box> next = [];
            levels.Add(Level(level, order, next));
            level = next;
        }

        return new EncodedFlameGraph
        {
            Names = _names,
            Levels = levels,
            Total = FlameGraphTree.AddSaturated(_left.Totals[0], _right.Totals[0]),
            MaxSelf = _maxSelf,
            LeftTotal = _left.Totals[0],
            RightTotal = _right.Totals[0],
        };
    }

    private bool[] Cut(int maxNodes)
    {
        int count = _union.Count;
        long[] larger = new long[count];
        for (int node = 0; node < count; node++)
        {
            larger[node] = Math.Max(_left.Totals[node], _right.Totals[node]);
        }

        bool truncate = maxNodes > 0 && count - 1 > maxNodes;
        long threshold = truncate ? Threshold.NthLargest(larger.AsSpan(1), maxNodes) : 0;
        bool[] keep = new bool[count];
        keep[0] = true;
        ReadOnlySpan<int> parents = _union.Parents;
        ReadOnlySpan<int> names = _union.NodeNames;
        for (int node = 1; node < count; node++)
        {
            int parent = parents[node];
            if (!keep[parent])
            {
                continue;
            }

            keep[node] = !truncate || (larger[node] >= threshold && names[node] != NameTable.Other);
            if (!keep[node])
            {
                _left.Remove(parent, node);
                _right.Remove(parent, node);
            }
        }

        return keep;
    }

    private long[] Level(List<Box> level, SiblingOrder order, List<Box> next)
    {
        long[] values = new long[level.Count * 7];
        long previousLeft = 0;
        long previousRight = 0;
        int at = 0;
        foreach (Box box in level)
        {
            (long leftTotal, long leftSelf) = _left.Of(box);
            (long rightTotal, long rightSelf) = _right.Of(box);
            _maxSelf = Math.Max(_maxSelf, Math.Max(leftSelf, rightSelf));
            values[at++] = box.LeftX - previousLeft;
            values[at++] = leftTotal;
            values[at++] = leftSelf;
            values[at++] = box.RightX - previousRight;
            values[at++] = rightTotal;
            values[at++] = rightSelf;
            values[at++] = _numbers[box.Name];
            previousLeft = box.LeftX + leftTotal;
            previousRight = box.RightX + rightTotal;
            if (!box.IsRest)
            {
                AddChildren(box, leftSelf, rightSelf, order, next);
            }
        }

        return values;
    }

    private void AddChildren(Box parent, long leftSelf, long rightSelf, SiblingOrder order, List<Box> next)
    {
        long leftX = parent.LeftX + leftSelf;
        long rightX = parent.RightX + rightSelf;
        foreach (int child in order[parent.Node])
        {
            next.Add(new Box(child, _union.NodeNames[child], leftX, rightX));
            leftX += _left.Totals[child];
            rightX += _right.Totals[child];
        }

        if (HasRest(parent.Node))
        {
            next.Add(new Box(~parent.Node, NameTable.Other, leftX, rightX));
        }
    }

    private bool HasRest(int node) => _left.Removed[node] > 0 || _right.Removed[node] > 0;

    // Names in the order in which a walk from the root, left child first, meets them.
    private void Number(SiblingOrder order)
    {
        Stack<int> open = new();
        open.Push(0);
        while (open.TryPop(out int node))
        {
            int name = node < 0 ? NameTable.Other : _union.NodeNames[node];
            if (_numbers.TryAdd(name, _names.Count))
            {
                _names.Add(_union.Names[name]);
            }

            if (node < 0)
            {
                continue;
            }

            if (HasRest(node))
            {
                open.Push(~node);
            }

            ReadOnlySpan<int> children = order[node];
            for (int child = children.Length - 1; child >= 0; child--)
            {
                open.Push(children[child]);
            }
        }
    }

    /// <summary>A box; a negative node is the <c>other</c> of its complement.</summary>
    private readonly record struct Box(int Node, int Name, long LeftX, long RightX)
    {
        public bool IsRest => Node < 0;
    }

    private sealed class Side
    {
        private long[] _selves = [];

        public long[] Totals { get; private set; } = [];

        public long[] Removed { get; private set; } = [];

        public void Fill(FlameGraphTree source, int[] nodes, FlameGraphTree union)
        {
            _selves = new long[union.Count];
            Removed = new long[union.Count];
            ReadOnlySpan<long> selves = source.Selves;
            for (int node = 0; node < nodes.Length; node++)
            {
                _selves[nodes[node]] = selves[node];
            }

            Totals = (long[])_selves.Clone();
            ReadOnlySpan<int> parents = union.Parents;
            for (int node = Totals.Length - 1; node > 0; node--)
            {
                Totals[parents[node]] = FlameGraphTree.AddSaturated(Totals[parents[node]], Totals[node]);
            }
        }

        public void Remove(int parent, int node) =>
            Removed[parent] = FlameGraphTree.AddSaturated(Removed[parent], Totals[node]);

        public (long Total, long Self) Of(Box box) =>
            box.IsRest ? (Removed[~box.Node], Removed[~box.Node]) : (Totals[box.Node], _selves[box.Node]);
    }
}
