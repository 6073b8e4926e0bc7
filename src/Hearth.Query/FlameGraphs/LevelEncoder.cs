namespace Hearth.Query.FlameGraphs;

/// <summary>
/// Writes a layout as levels of <c>[Δx, total, self, name]</c>. Δx is the gap to the end of the box before it on the same level.
/// Names are numbered in the order in which a walk from the root, left child first, meets them; names without a box are left out.
/// </summary>
internal static class LevelEncoder
{
    /// <summary>The levels of a layout. A layout of the root alone gives the one level <c>[0, 0, 0, 0]</c>.</summary>
    public static EncodedFlameGraph Encode(FlameGraphLayout layout)
    {
        int[] numbers = Number(layout, out List<string> names);
        LayoutNode[] nodes = layout.Nodes;
        long[][] levels = new long[layout.LevelCount][];
        for (int level = 0; level < levels.Length; level++)
        {
            int start = layout.LevelStarts[level];
            int end = layout.LevelStarts[level + 1];
            long[] values = new long[(end - start) * 4];
            long previous = 0;
            int at = 0;
            for (int i = start; i < end; i++)
            {
                ref LayoutNode node = ref nodes[i];
                values[at++] = node.X - previous;
                values[at++] = node.Total;
                values[at++] = node.Self;
                values[at++] = numbers[node.Name];
                previous = node.X + node.Total;
            }

            levels[level] = values;
        }

        return new EncodedFlameGraph { Names = names, Levels = levels, Total = layout.Total, MaxSelf = layout.MaxSelf };
    }

    private static int[] Number(FlameGraphLayout layout, out List<string> names)
    {
        int[] numbers = new int[layout.Names.Count];
        Array.Fill(numbers, -1);
        names = [];
        Stack<int> open = new();
        open.Push(0);
        while (open.TryPop(out int at))
        {
            ref LayoutNode node = ref layout.Nodes[at];
            if (numbers[node.Name] < 0)
            {
                numbers[node.Name] = names.Count;
                names.Add(layout.Names[node.Name]);
            }

            for (int child = node.ChildCount - 1; child >= 0; child--)
            {
                open.Push(node.FirstChild + child);
            }
        }

        return numbers;
    }
}
