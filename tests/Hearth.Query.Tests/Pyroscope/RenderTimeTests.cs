using Hearth.Query.Pyroscope;
using Xunit;

namespace Hearth.Query.Tests.Pyroscope;

public sealed class RenderTimeTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123);

    [Theory]
    [InlineData("now", 1_790_000_000_123)]
    [InlineData("now-3h", 1_790_000_000_123 - 10_800_000)]
    [InlineData("now-90s", 1_790_000_000_123 - 90_000)]
    [InlineData("now-1M", 1_790_000_000_123 - 2_592_000_000)]
    [InlineData("now-1y", 1_790_000_000_123 - 31_536_000_000)]
    [InlineData("1790000000", 1_790_000_000_000)]
    [InlineData("1790000000123", 1_790_000_000_123)]
    [InlineData("1790000000123456", 1_790_000_000_123)]
    [InlineData("1790000000123456789", 1_790_000_000_123)]
    [InlineData("20260921", 1_789_948_800_000)]
    public void TryParse_KnownForm_GivesMilliseconds(string text, long expected)
    {
        Assert.True(RenderTime.TryParse(text, Now, out long milliseconds));
        Assert.Equal(expected, milliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("now-")]
    [InlineData("now-3")]
    [InlineData("now-3x")]
    [InlineData("now-3h-1m")]
    [InlineData("now+3h")]
    [InlineData("-5")]
    [InlineData("99999999999999999999")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(RenderTime.TryParse(text, Now, out _));
}
