using Hearth.Query.FlameGraphs;
using Xunit;

namespace Hearth.Query.Tests.FlameGraphs;

public sealed class TreeBytesTests
{
    [Fact]
    public void Encode_WorkedExample_GivesItsBytes()
    {
        byte[] bytes = TreeBytes.Encode(FlameGraphLayout.Of(Trees.Left, 0));

        Assert.Equal(
            "000002027274040004" + "6d61696e0102037a6564020003666f6f03010362617205" + "00",
            Convert.ToHexStringLower(bytes));
    }

    [Fact]
    public void Encode_EmptyTree_GivesNoBytes() => Assert.Empty(TreeBytes.Encode(FlameGraphLayout.Of(new FlameGraphTree(), 0)));
}
