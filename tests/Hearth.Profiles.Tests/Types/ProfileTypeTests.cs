using Hearth.Profiles.Types;
using Xunit;

namespace Hearth.Profiles.Tests.Types;

public sealed class ProfileTypeTests
{
    [Theory]
    [InlineData("process_cpu:cpu:nanoseconds:cpu:nanoseconds")]
    [InlineData("off_cpu:off_cpu:nanoseconds::")]
    [InlineData("memory:malloc_bytes:bytes::")]
    public void TryParse_FiveParts_GivesTheIdBack(string id)
    {
        Assert.True(ProfileType.TryParse(id, out ProfileType type));
        Assert.Equal(id, type.Id);
    }

    [Fact]
    public void TryParse_TrailingDelta_IsDropped()
    {
        Assert.True(ProfileType.TryParse("process_cpu:cpu:nanoseconds:cpu:nanoseconds:delta", out ProfileType type));
        Assert.Equal("process_cpu:cpu:nanoseconds:cpu:nanoseconds", type.Id);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("cpu")]
    [InlineData("a:b:c:d")]
    [InlineData("a:b:c:d:e:f")]
    [InlineData("a:b:c:d:e:delta:delta")]
    [InlineData(":cpu:nanoseconds:cpu:nanoseconds")]
    [InlineData("a::c:d:e")]
    public void TryParse_AnythingElse_IsFalse(string? text) => Assert.False(ProfileType.TryParse(text, out _));

    [Fact]
    public void TryParse_OverlongText_IsFalse() =>
        Assert.False(ProfileType.TryParse(new string('a', ProfileType.IdLengthMax) + ":b:c:d:e", out _));
}
