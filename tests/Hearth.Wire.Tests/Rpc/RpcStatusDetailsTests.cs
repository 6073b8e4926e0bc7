using Hearth.Wire.Rpc;
using Xunit;

namespace Hearth.Wire.Tests.Rpc;

public sealed class RpcStatusDetailsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.25)]
    [InlineData(1)]
    [InlineData(90)]
    public void Retry_AnyDelay_IsReadBack(double seconds)
    {
        byte[] status = RpcStatusDetails.Retry(RpcCode.Unavailable, "Busy.", TimeSpan.FromSeconds(seconds));
        Assert.Equal(TimeSpan.FromSeconds(seconds), RpcStatusDetails.RetryDelay(status));
        for (int length = 0; length < status.Length; length++)
        {
            RpcStatusDetails.RetryDelay(status.AsSpan(0, length)); // no prefix of it throws
        }
    }

    [Fact]
    public void RetryDelay_OutOfRange_IsCappedOrLeftOut()
    {
        Assert.Equal(TimeSpan.Zero, Read(TimeSpan.FromSeconds(-5)));
        Assert.Equal(TimeSpan.FromDays(1), Read(TimeSpan.FromDays(400)));
        Assert.Null(RpcStatusDetails.RetryDelay(RpcStatusDetails.Plain(RpcCode.Unavailable, "Busy.")));
        Assert.Null(RpcStatusDetails.RetryDelay([]));
        Assert.Null(RpcStatusDetails.RetryDelay([0xFF, 0xFF, 0xFF]));
    }

    [Fact]
    public void BadRequest_Violations_AreOneDetail()
    {
        byte[] status = RpcStatusDetails.BadRequest(RpcCode.InvalidArgument, "No.", ("a", "b"), ("c", "d"));
        RpcDetail detail = Assert.Single(RpcStatusDetails.Read(status, 10));
        Assert.Equal("google.rpc.BadRequest", detail.Type);
        Assert.Equal("0A060A01611201620A060A0163120164", Convert.ToHexString(detail.Value.Span));
        Assert.Empty(RpcStatusDetails.Read(status, 0));
    }

    private static TimeSpan? Read(TimeSpan delay) =>
        RpcStatusDetails.RetryDelay(RpcStatusDetails.Retry(RpcCode.Unavailable, "Busy.", delay));
}
