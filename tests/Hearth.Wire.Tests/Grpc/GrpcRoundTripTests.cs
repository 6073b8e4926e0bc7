using System.Text;
using Hearth.Wire.Grpc;
using Hearth.Wire.Rpc;
using Xunit;

namespace Hearth.Wire.Tests.Grpc;

public sealed class GrpcRoundTripTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000)]
    [InlineData(3_000_000)]
    public async Task Unary_AnySize_ComesBackWhole(int size)
    {
        await using WireHost host = await WireHost.StartAsync();
        using GrpcClient client = new(new GrpcClientOptions { Endpoint = host.Grpc });
        byte[] message = new byte[size];
        new Random(size).NextBytes(message.AsSpan(0, size / 2));
        GrpcReply reply = await client.UnaryAsync(WireHost.Service + "Echo", message, TestContext.Current.CancellationToken);
        Assert.Equal("", reply.Message);
        Assert.Equal(RpcCode.Ok, reply.Code);
        Assert.Equal(message, reply.Body.ToArray());
    }

    [Fact]
    public async Task Unary_HeadersAndDeadline_ReachTheHandler()
    {
        await using WireHost host = await WireHost.StartAsync();
        using GrpcClient client = new(new GrpcClientOptions { Endpoint = host.Grpc, Headers = [new("x-test", "yes")] });
        GrpcReply reply = await client.UnaryAsync(WireHost.Service + "Describe", "abc"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal("/hearth.test.Echo/Describe|3|yes|True|127.0.0.1", Encoding.UTF8.GetString(reply.Body.Span));
    }

    [Fact]
    public async Task Unary_RetryInfo_IsParsed()
    {
        await using WireHost host = await WireHost.StartAsync();
        using GrpcClient client = new(new GrpcClientOptions { Endpoint = host.Grpc });
        GrpcReply reply = await client.UnaryAsync(WireHost.Service + "Fail", "retry"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal(RpcCode.Unavailable, reply.Code);
        Assert.Equal("Busy.", reply.Message);
        Assert.Equal(TimeSpan.FromSeconds(2.5), reply.RetryAfter);
    }

    [Fact]
    public async Task Unary_UnknownMethod_IsUnimplemented()
    {
        await using WireHost host = await WireHost.StartAsync();
        using GrpcClient client = new(new GrpcClientOptions { Endpoint = host.Grpc });
        foreach (string method in new[] { "/hearth.test.Echo/Nope", "/hearth.test.echo/Echo", "/a/b/c", "/hearth.test.Echo/Echo/" })
        {
            GrpcReply reply = await client.UnaryAsync(method, default, TestContext.Current.CancellationToken);
            Assert.Equal((RpcCode.Unimplemented, "This server has no such method."), (reply.Code, reply.Message));
        }
    }
}
