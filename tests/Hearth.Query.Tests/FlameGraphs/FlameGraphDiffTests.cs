using Hearth.Query.FlameGraphs;
using Xunit;

namespace Hearth.Query.Tests.FlameGraphs;

public sealed class FlameGraphDiffTests
{
    [Fact]
    public void Encode_WorkedExample_GivesItsLevels()
    {
        EncodedFlameGraph diff = FlameGraphDiff.Encode(Trees.Left, Trees.Right, 0);

        Assert.Equal(["total", "main", "foo", "bar", "new", "zed", "rt"], diff.Names);
        Assert.Equal([0, 15, 0, 0, 11, 0, 0], diff.Levels[0]);
        Assert.Equal([0, 11, 1, 0, 7, 0, 1, 0, 4, 4, 0, 4, 4, 6], diff.Levels[1]);
        Assert.Equal([1, 8, 3, 0, 6, 6, 2, 0, 0, 0, 0, 1, 1, 4, 0, 2, 2, 0, 0, 0, 5], diff.Levels[2]);
        Assert.Equal([4, 5, 5, 6, 0, 0, 3], diff.Levels[3]);
        Assert.Equal((26, 15, 11, 6), (diff.Total, diff.LeftTotal, diff.RightTotal, diff.MaxSelf));
    }

    [Fact]
    public void Encode_Cut_KeepsWhatIsLargeOnEitherSide()
    {
        // max(left, right): main 11, foo 8, bar 5, rt 4, zed 2, new 1.
        string text = Trees.Text(FlameGraphDiff.Encode(Trees.Left, Trees.Right, 4), 7);

        Assert.Contains("other[0,2,2,0,1,1]", text, StringComparison.Ordinal);
        Assert.DoesNotContain("zed", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_TwoEmptyTrees_GivesOneLevelWithTheRoot()
    {
        EncodedFlameGraph diff = FlameGraphDiff.Encode(new FlameGraphTree(), new FlameGraphTree(), 0);

        Assert.Equal([0, 0, 0, 0, 0, 0, 0], Assert.Single(diff.Levels));
    }
}
