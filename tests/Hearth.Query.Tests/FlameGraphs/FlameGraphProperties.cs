using FsCheck;
using FsCheck.Fluent;
using Hearth.Query.FlameGraphs;
using Xunit;

namespace Hearth.Query.Tests.FlameGraphs;

public sealed class FlameGraphProperties
{
    private static readonly Config Quick = Config.QuickThrowOnFailure.WithMaxTest(300);

    private static readonly Arbitrary<(string Path, long Value)[]> Stacks = (
        from stacks in (
            from depth in Gen.Choose(0, 6)
            from names in Gen.Elements("a", "b", "c", "other", "total", "\u00e4", "runtime.main").ArrayOf(depth)
            from value in Gen.Choose(0, 50)
            select (string.Join(';', names), (long)value)).ListOf()
        select stacks.ToArray()).ToArbitrary();

    [Fact]
    public void Layout_AnyCut_ConservesTheTotalAndEveryParent() => Check.One(Quick, Prop.ForAll(
        Stacks, Gen.Choose(0, 20).ToArbitrary(), (stacks, maxNodes) =>
        {
            FlameGraphTree tree = Trees.Of(stacks);
            FlameGraphLayout layout = FlameGraphLayout.Of(tree, maxNodes);
            Assert.Equal(stacks.Sum(s => s.Value), layout.Total);
            Assert.Equal(layout.Total, layout.Nodes.Sum(n => n.Self));
            foreach (LayoutNode node in layout.Nodes)
            {
                LayoutNode[] children = layout.Nodes[node.FirstChild..(node.FirstChild + node.ChildCount)];
                Assert.Equal(node.Total, node.Self + children.Sum(c => c.Total));
                long x = node.X + node.Self;
                foreach (LayoutNode child in children)
                {
                    Assert.Equal(x, child.X);
                    x += child.Total;
                }

                Assert.True(x <= node.X + node.Total);
            }
        }));

    [Fact]
    public void Layout_Cut_KeepsExactlyWhatReachesTheThreshold() => Check.One(Quick, Prop.ForAll(
        Stacks, Gen.Choose(1, 20).ToArbitrary(), (stacks, maxNodes) =>
        {
            FlameGraphTree tree = Trees.Of(stacks);
            FlameGraphLayout layout = FlameGraphLayout.Of(tree, maxNodes);
            if (tree.Count - 1 <= maxNodes)
            {
                Assert.Equal(tree.Count, layout.Nodes.Length);
                return;
            }

            long threshold = tree.Totals().Skip(1).OrderDescending().ElementAt(maxNodes - 1);
            LayoutNode[] kept = [.. layout.Nodes.Skip(1).Where(n => n.Name != NameTable.Other)];
            Assert.All(kept, node => Assert.True(node.Total >= threshold));
            int ties = tree.Totals().Skip(1).Count(t => t == threshold);
            Assert.True(kept.Length < maxNodes + ties);
            Assert.All(layout.Nodes, node => Assert.True(
                layout.Nodes[node.FirstChild..(node.FirstChild + node.ChildCount)].SkipLast(1).All(c => c.Name != NameTable.Other)));
        }));

    [Fact]
    public void Levels_AnyTree_RebuildToTheSameStacks() => Check.One(Quick, Prop.ForAll(Stacks, stacks =>
    {
        FlameGraphTree tree = Trees.Of(stacks);
        EncodedFlameGraph graph = LevelEncoder.Encode(FlameGraphLayout.Of(tree, 0));
        Dictionary<string, long> expected = [];
        foreach ((string path, long value) in stacks.Where(s => s.Value > 0))
        {
            string key = path.Length == 0 ? FlameGraphTree.NoStack : path;
            expected[key] = expected.GetValueOrDefault(key) + value;
        }

        Assert.Equal(expected.OrderBy(p => p.Key, StringComparer.Ordinal), Rebuild(graph).OrderBy(p => p.Key, StringComparer.Ordinal));
    }));

    [Fact]
    public void Diff_AnyTwoTrees_HasEachSidesLevels() => Check.One(Quick, Prop.ForAll(Stacks, Stacks, (left, right) =>
    {
        EncodedFlameGraph diff = FlameGraphDiff.Encode(Trees.Of(left), Trees.Of(right), 0);
        Assert.Equal(left.Sum(s => s.Value), diff.LeftTotal);
        Assert.Equal(right.Sum(s => s.Value), diff.RightTotal);
        Assert.Equal(diff.LeftTotal, diff.Levels.Sum(l => l.Where((_, i) => i % 7 == 2).Sum()));
        Assert.Equal(diff.RightTotal, diff.Levels.Sum(l => l.Where((_, i) => i % 7 == 5).Sum()));
    }));

    [Fact]
    public void NthLargest_AnyValues_EqualsASort() => Check.One(Quick, Prop.ForAll(
        Gen.OneOf(Gen.Choose(0, 600).Select(v => (long)v), Gen.Choose(0, int.MaxValue).Select(v => (long)v * v))
            .NonEmptyListOf().ToArbitrary(),
        Gen.Choose(1, 40).ToArbitrary(),
        (values, n) => Assert.Equal(values.OrderDescending().ElementAtOrDefault(n - 1), Threshold.NthLargest([.. values], n))));

    /// <summary>Reads levels as a client does: a box belongs to the box of the level above whose interval holds its left edge.</summary>
    private static Dictionary<string, long> Rebuild(EncodedFlameGraph graph)
    {
        Dictionary<string, long> selves = [];
        List<(string Path, long X, long Total)> above = [];
        for (int level = 0; level < graph.Levels.Count; level++)
        {
            List<(string Path, long X, long Total)> here = [];
            long[] values = graph.Levels[level];
            long end = 0;
            for (int at = 0; at < values.Length; at += 4)
            {
                long x = end + values[at];
                end = x + values[at + 1];
                string name = graph.Names[(int)values[at + 3]];
                string parent = level == 0 ? "" : above.First(b => b.X <= x && end <= b.X + b.Total).Path;
                string path = level == 0 ? "" : parent.Length == 0 ? name : $"{parent};{name}";
                here.Add((path, x, values[at + 1]));
                if (values[at + 2] > 0)
                {
                    selves[path] = selves.GetValueOrDefault(path) + values[at + 2];
                }
            }

            above = here;
        }

        return selves;
    }
}
