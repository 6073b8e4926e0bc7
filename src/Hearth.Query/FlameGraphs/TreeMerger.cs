using Hearth.Storage.Reading;

namespace Hearth.Query.FlameGraphs;

/// <summary>Puts resolved stacks with their values into a tree. The one hot loop of a flame graph.</summary>
internal static class TreeMerger
{
    /// <summary>Adds the stacks of one service.</summary>
    /// <param name="tree">Where to.</param>
    /// <param name="service">Values by stack.</param>
    /// <param name="resolved">The names of those stacks, in any order; a stack that is missing has no names.</param>
    /// <param name="filter">Which stacks count.</param>
    public static void Add(FlameGraphTree tree, ServiceStacks service, IReadOnlyList<ResolvedStack> resolved, StackFilter filter)
    {
        bool[] found = new bool[service.Stacks.Length];
        int[] path = new int[128];
        foreach (ResolvedStack stack in resolved)
        {
            int at = Array.BinarySearch(service.Stacks, stack.Stack);
            if (at < 0 || found[at])
            {
                continue;
            }

            found[at] = true;
            string[] functions = stack.Functions;
            if (!filter.Admits(functions))
            {
                continue;
            }

            if (path.Length < functions.Length)
            {
                Array.Resize(ref path, functions.Length * 2);
            }

            for (int i = 0; i < functions.Length; i++)
            {
                path[i] = tree.Names.Intern(functions[i]);
            }

            tree.Add(path.AsSpan(0, functions.Length), service.Values[at]);
        }

        for (int at = 0; at < found.Length && filter.CallSite.Count == 0; at++)
        {
            if (!found[at])
            {
                tree.Add([], service.Values[at]);
            }
        }
    }
}
