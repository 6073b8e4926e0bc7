using Hearth.Storage.Reading;

namespace Hearth.Query.FlameGraphs;

/// <summary>Puts resolved stacks with their values into a tree. The one hot loop of a flame graph.</summary>
internal static class TreeMerger
{
    /// <summary>Adds the stacks of one service.</summary>
    /// <param name="tree">Where to.</param>
    /// <param name="service">Values by stack.</param>
    /// <param name="resolved">The names of those stacks, in the same order.</param>
    /// <param name="filter">Which stacks count.</param>
    public static void Add(FlameGraphTree tree, ServiceStacks service, ReadOnlySpan<ResolvedStack> resolved, StackFilter filter)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(resolved.Length, service.Stacks.Length);
        int[] path = new int[128];
        for (int stack = 0; stack < resolved.Length; stack++)
        {
            string[] functions = resolved[stack].Functions;
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

            tree.Add(path.AsSpan(0, functions.Length), service.Values[stack]);
        }
    }
}
