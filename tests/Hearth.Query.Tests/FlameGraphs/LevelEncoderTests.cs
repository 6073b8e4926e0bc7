using Hearth.Query.FlameGraphs;
using Xunit;

namespace Hearth.Query.Tests.FlameGraphs;

public sealed class LevelEncoderTests
{
    [Fact]
    public void Encode_WorkedExample_GivesItsLevels()
    {
        EncodedFlameGraph graph = LevelEncoder.Encode(FlameGraphLayout.Of(Trees.Left, 0));

        Assert.Equal(["total", "main", "foo", "bar", "zed", "rt"], graph.Names);
        Assert.Equal(4, graph.Levels.Count);
        Assert.Equal([0, 15, 0, 0], graph.Levels[0]);
        Assert.Equal([0, 11, 1, 1, 0, 4, 4, 5], graph.Levels[1]);
        Assert.Equal([1, 8, 3, 2, 0, 2, 2, 4], graph.Levels[2]);
        Assert.Equal([4, 5, 5, 3], graph.Levels[3]);
        Assert.Equal(15, graph.Total);
        Assert.Equal(5, graph.MaxSelf);
    }

    [Fact]
    public void Encode_WorkedExampleCutToThresholdThree_TurnsZedIntoOther()
    {
        // Totals are 11, 8, 5, 4, 2: the fourth largest, 4, is the threshold.
        EncodedFlameGraph graph = LevelEncoder.Encode(FlameGraphLayout.Of(Trees.Left, 4));

        Assert.Equal("other", graph.Names[(int)graph.Levels[2][7]]);
        Assert.Equal([1, 8, 3, 2, 0, 2, 2, 4], graph.Levels[2]);
        Assert.Equal(15, graph.Total);
    }

    [Fact]
    public void Encode_EmptyTree_GivesOneLevelWithTheRoot()
    {
        EncodedFlameGraph graph = LevelEncoder.Encode(FlameGraphLayout.Of(new FlameGraphTree(), 8192));

        Assert.Equal(["total"], graph.Names);
        Assert.Equal([0, 0, 0, 0], Assert.Single(graph.Levels));
        Assert.Equal(0, graph.Total);
    }

    [Fact]
    public void Encode_ManyNodes_CutsLastAndFoldsAChildNamedOther()
    {
        FlameGraphTree tree = Trees.Of(
            ("a;other;x", 100), ("a;other", 7), ("a;p", 50), ("a;q", 2), ("a;b", 1), ("z", 3));

        // Totals: a 160, other 107, x 100, p 50, z 3, q 2, b 1; the fourth largest is 50.
        string text = Trees.Text(LevelEncoder.Encode(FlameGraphLayout.Of(tree, 4)), 4);

        Assert.Equal("total[0,163,0]\na[0,160,0] other[0,3,3]\np[0,50,50] other[0,110,110]", text);
    }

    [Fact]
    public void Encode_TiesAtTheThreshold_AllStay()
    {
        FlameGraphTree tree = Trees.Of(("a", 5), ("b", 5), ("c", 5), ("d", 1));

        string text = Trees.Text(LevelEncoder.Encode(FlameGraphLayout.Of(tree, 2)), 4);

        Assert.Equal("total[0,16,0]\na[0,5,5] b[0,5,5] c[0,5,5] other[0,1,1]", text);
    }

    [Fact]
    public void Encode_SiblingNames_AreInOrderOfTheirBytes()
    {
        // U+1F525 is a surrogate pair: larger than U+FF5E in UTF-8, smaller in UTF-16.
        FlameGraphTree tree = Trees.Of(("\U0001F525", 1), ("\uFF5E", 1), ("b", 1), ("B", 1), ("commonprefix2", 1), ("commonprefix10", 1));

        LayoutNode[] nodes = FlameGraphLayout.Of(tree, 0).Nodes;

        Assert.Equal(
            ["B", "b", "commonprefix10", "commonprefix2", "\uFF5E", "\U0001F525"], nodes.Skip(1).Select(n => tree.Names[n.Name]));
    }

    [Fact]
    public void Add_SampleWithoutFrames_IsSeenAndCounted()
    {
        FlameGraphTree tree = Trees.Of(("", 3), ("a", 4), ("b", 0), ("c", -5));

        string text = Trees.Text(LevelEncoder.Encode(FlameGraphLayout.Of(tree, 0)), 4);

        Assert.Equal("total[0,7,0]\n[no stack][0,3,3] a[0,4,4]", text);
    }

    [Fact]
    public void Totals_SumPastTheRange_StaysAtTheLargestNumber()
    {
        FlameGraphTree tree = Trees.Of(("a;b", long.MaxValue), ("a;c", long.MaxValue));

        Assert.Equal(long.MaxValue, tree.Totals()[0]);
    }
}
