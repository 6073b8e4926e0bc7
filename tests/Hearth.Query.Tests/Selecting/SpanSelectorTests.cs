using Hearth.Query.Selecting;
using Xunit;

namespace Hearth.Query.Tests.Selecting;

public sealed class SpanSelectorTests
{
    [Fact]
    public void TryParse_Ids_AreBigEndianHex()
    {
        Assert.True(SpanSelector.TryParse(["00f067aa0ba902b7", "00F067AA0BA902B7", "0000000000000001"], out ulong[]? spans, out _));
        Assert.Equal([0x00f067aa0ba902b7UL, 1UL], spans!);
    }

    [Fact]
    public void TryParse_NoIds_FiltersNothing()
    {
        Assert.True(SpanSelector.TryParse([], out ulong[]? spans, out _));
        Assert.Null(spans);
    }

    [Fact]
    public void TryParse_UnresolvedTemplate_SelectsNothingInsteadOfEverything()
    {
        Assert.True(SpanSelector.TryParse(["${__span.tags[\"pyroscope.profile.id\"]}", "0000000000000000"], out ulong[]? spans, out _));
        Assert.Equal([], spans!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("00f067aa0ba902bg")]
    [InlineData("00f067aa0ba902b70")]
    public void TryParse_NotAnId_SaysSo(string text)
    {
        Assert.False(SpanSelector.TryParse([text], out _, out string? error));
        Assert.Contains("invalid span id", error, StringComparison.Ordinal);
    }
}
