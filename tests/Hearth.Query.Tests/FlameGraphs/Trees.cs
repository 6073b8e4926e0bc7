using Hearth.Query.FlameGraphs;

namespace Hearth.Query.Tests.FlameGraphs;

/// <summary>Trees written as text: "a;b;c" from the root to the leaf, and its value.</summary>
internal static class Trees
{
    public static FlameGraphTree Left => Of(("main", 1), ("main;foo", 3), ("main;foo;bar", 5), ("main;zed", 2), ("rt", 4));

    public static FlameGraphTree Right => Of(("main;foo", 6), ("main;new", 1), ("rt", 4));

    public static FlameGraphTree Of(params (string Path, long Value)[] stacks)
    {
        FlameGraphTree tree = new();
        foreach ((string path, long value) in stacks)
        {
            int[] names = path.Length == 0 ? [] : [.. path.Split(';').Select(tree.Names.Intern)];
            tree.Add(names, value);
        }

        return tree;
    }

    /// <summary>The levels with names instead of numbers, one line per level.</summary>
    public static string Text(EncodedFlameGraph graph, int group)
    {
        IEnumerable<string> Boxes(long[] values)
        {
            for (int at = 0; at < values.Length; at += group)
            {
                string numbers = string.Join(',', values.AsSpan(at, group - 1).ToArray());
                yield return $"{graph.Names[(int)values[at + group - 1]]}[{numbers}]";
            }
        }

        return string.Join('\n', graph.Levels.Select(level => string.Join(' ', Boxes(level))));
    }
}
