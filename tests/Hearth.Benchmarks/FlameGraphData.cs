using Hearth.Query.FlameGraphs;
using Hearth.Storage.Reading;

namespace Hearth.Benchmarks;

/// <summary>
/// Stacks shaped like the profile of a large server: a tree of 7,600 names, most stacks 15 to 40 deep, values by a power law.
/// The same for every run.
/// </summary>
internal static class FlameGraphData
{
    public const int Stacks = 40_000;

    private const int NamesCount = 7_600;

    public static (ServiceStacks Service, ResolvedStack[] Resolved) Create()
    {
        Random random = new(42);
        string[] names =
            [.. Enumerable.Range(0, NamesCount).Select(i => $"example.com/project/package{i % 97}.(*Type{i % 311}).Method{i}")];
        ulong[] ids = new ulong[Stacks];
        long[] values = new long[Stacks];
        ResolvedStack[] resolved = new ResolvedStack[Stacks];
        for (int i = 0; i < Stacks; i++)
        {
            int depth = random.Next(12, 41);
            string[] functions = new string[depth];
            int state = random.Next(24);
            for (int level = 0; level < depth; level++)
            {
                // Few ways near the root, many near the leaf.
                int ways = level < 4 ? 2 : level < depth - 3 ? 1 : 12;
                state = ((state * 31) + level + random.Next(ways)) % NamesCount;
                functions[level] = names[state];
            }

            ids[i] = (ulong)i + 1;
            values[i] = (long)(1e9 / Math.Pow(i + 1, 0.8));
            resolved[i] = new ResolvedStack(ids[i], functions, []);
        }

        return (new ServiceStacks("service", ids, values), resolved);
    }
}
