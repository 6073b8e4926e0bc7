namespace Hearth.Query.FlameGraphs;

/// <summary>
/// How many frames of each stack stay, counted from the root, when the tree of frames may have so many nodes: the rule of
/// <see cref="FlameGraphLayout"/>, over frames instead of names.
/// </summary>
internal sealed class FrameCut
{
    private readonly int[][]? _kept;

    private FrameCut(int[][]? kept) => _kept = kept;

    /// <summary>Frames of a stack that stay.</summary>
    /// <param name="part">Index of the service.</param>
    /// <param name="stack">Index of the stack in it.</param>
    /// <param name="length">Frames it has.</param>
    public int FramesKept(int part, int stack, int length) => _kept is null ? length : Math.Min(_kept[part][stack], length);

    /// <summary>The cut of all services' stacks together to <paramref name="nodesMax"/> nodes; 0 cuts nothing.</summary>
    public static FrameCut Of(IReadOnlyList<PprofPart> parts, int nodesMax)
    {
        if (nodesMax == 0)
        {
            return new FrameCut(null);
        }

        FlameGraphTree tree = new();
        Dictionary<ulong, int> numbers = [];
        int[][] leaves = new int[parts.Count][];
        for (int part = 0; part < leaves.Length; part++)
        {
            ServiceStacks service = parts[part].Service;
            leaves[part] = new int[service.Stacks.Length];
            for (int i = 0; i < leaves[part].Length; i++)
            {
                if (parts[part].Counts(service.Stacks[i]))
                {
                    leaves[part][i] = Walk(tree, numbers, parts[part].FramesOf(service.Stacks[i]));
                    tree.AddSelf(leaves[part][i], service.Values[i]);
                }
            }
        }

        if (tree.Count - 1 <= nodesMax)
        {
            return new FrameCut(null);
        }

        long[] totals = tree.Totals();
        long threshold = Threshold.NthLargest(totals.AsSpan(1), nodesMax);
        int[] depths = Depths(tree, totals, threshold);
        return new FrameCut([.. leaves.Select(part => part.Select(leaf => depths[leaf]).ToArray())]);
    }

    private static int Walk(FlameGraphTree tree, Dictionary<ulong, int> numbers, ReadOnlySpan<ulong> frames)
    {
        int node = 0;
        for (int i = frames.Length - 1; i >= 0; i--)
        {
            if (!numbers.TryGetValue(frames[i], out int number))
            {
                numbers.Add(frames[i], number = numbers.Count);
            }

            node = tree.Child(node, number);
        }

        return node;
    }

    // Kept ancestors of every node, itself included: a total never grows towards the leaf, so they are the first ones.
    private static int[] Depths(FlameGraphTree tree, long[] totals, long threshold)
    {
        ReadOnlySpan<int> parents = tree.Parents;
        int[] depths = new int[tree.Count];
        for (int node = 1; node < depths.Length; node++)
        {
            depths[node] = depths[parents[node]] + (totals[node] >= threshold ? 1 : 0);
        }

        return depths;
    }
}
