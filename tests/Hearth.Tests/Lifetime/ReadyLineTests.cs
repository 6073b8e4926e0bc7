using Hearth.Lifetime;
using Xunit;

namespace Hearth.Tests.Lifetime;

public sealed class ReadyLineTests
{
    [Theory]
    [InlineData("ready")]
    [InlineData("ready http=127.0.0.1:4040 admin=[::1]:4041")]
    public void TryParse_ReadyLine_ComesBackAsWritten(string line)
    {
        Assert.True(ReadyLine.TryParse(line, out ReadyLine ready));
        Assert.Equal(line, ready.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("readyhttp=127.0.0.1:1")]
    [InlineData("ready http")]
    [InlineData("ready http=nowhere")]
    [InlineData("ready =127.0.0.1:1")]
    public void TryParse_AnythingElse_IsRefused(string line) => Assert.False(ReadyLine.TryParse(line, out _));
}
