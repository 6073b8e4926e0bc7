using System.Globalization;
using System.Text.Json;
using Hearth.Testing;
using Hearth.Wire.Grpc;
using Hearth.Wire.Rpc;
using Xunit;

namespace Hearth.Wire.Tests.Grpc;

/// <summary>The client, answered by @grpc/grpc-js.</summary>
public sealed class ForeignServerTests(ForeignPeerFixture fixture) : IClassFixture<ForeignPeerFixture>
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(10, true)]
    [InlineData(3_000_000, false)]
    [InlineData(3_000_000, true)]
    public async Task Unary_Echo_ComesBackWhole(int size, bool gzip)
    {
        using GrpcClient client = new(new GrpcClientOptions { Endpoint = await ServeAsync(), Gzip = gzip });
        byte[] message = TestBytes.Compressible(new Random(1), size);
        GrpcReply reply = await client.UnaryAsync("/peer.Echo/Echo", message, TestContext.Current.CancellationToken);
        Assert.Equal((RpcCode.Ok, ""), (reply.Code, reply.Message));
        Assert.Equal(message, reply.Body.ToArray());
    }

    [Fact]
    public async Task Unary_TwentyAtOnce_AllAnswer()
    {
        using GrpcClient client = new(new GrpcClientOptions { Endpoint = await ServeAsync() });
        byte[] message = TestBytes.Compressible(new Random(2), 200_000);
        GrpcReply[] replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            _ => client.UnaryAsync("/peer.Echo/Echo", message, TestContext.Current.CancellationToken)));
        Assert.All(replies, reply => Assert.True(reply.IsOk && reply.Body.Span.SequenceEqual(message), reply.Message));
    }

    [Fact]
    public async Task Unary_MetadataDeadlineAndToken_Arrive()
    {
        Uri server = await ServeAsync();
        int calls = 0;
        using GrpcClient client = new(new GrpcClientOptions
        {
            Endpoint = server,
            Headers = [new("x-tenant", "t1")],
            Authorization = () => string.Create(CultureInfo.InvariantCulture, $"Bearer {++calls}"),
        });
        NodePeer peer = await fixture.PeerAsync();
        await peer.AskAsync("seen");
        await client.UnaryAsync("/peer.Echo/Echo", default, TestContext.Current.CancellationToken);
        await client.UnaryAsync("/peer.Echo/Echo", default, TestContext.Current.CancellationToken);
        JsonElement[] seen = [.. (await peer.AskAsync("seen")).EnumerateArray()];
        Assert.Equal(2, seen.Length);
        Assert.All(seen, call => Assert.True(call.GetProperty("deadline").GetBoolean()));
        Assert.Equal("t1", seen[1].GetProperty("metadata").GetProperty("x-tenant")[0].GetString());
        Assert.Equal("Bearer 2", seen[1].GetProperty("metadata").GetProperty("authorization")[0].GetString());
    }

    [Fact]
    public async Task Unary_TrailersOnlyErrorWithRetryInfo_IsRead()
    {
        byte[] details = RpcStatusDetails.Retry(RpcCode.ResourceExhausted, "Full.", TimeSpan.FromMilliseconds(1500));
        GrpcReply reply = await FailAsync(8, "Full: \u00e4 100 %", Convert.ToBase64String(details), null);
        Assert.Equal((RpcCode.ResourceExhausted, "Full: \u00e4 100 %"), (reply.Code, reply.Message));
        Assert.Equal(TimeSpan.FromMilliseconds(1500), reply.RetryAfter);
        Assert.Equal(details, reply.Details.ToArray());
    }

    [Theory]
    [InlineData(250, 250.0, false)]
    [InlineData(-1, null, true)]
    public async Task Unary_Pushback_IsRead(int pushback, double? milliseconds, bool forbidden)
    {
        GrpcReply reply = await FailAsync(14, "Busy.", null, pushback);
        Assert.Equal(RpcCode.Unavailable, reply.Code);
        Assert.Equal(milliseconds, reply.RetryAfter?.TotalMilliseconds);
        Assert.Equal(forbidden, reply.RetryForbidden);
    }

    [Fact]
    public async Task Unary_DeadlinePasses_IsDeadlineExceededAndServerIsCancelled()
    {
        using GrpcClient client = new(new GrpcClientOptions { Endpoint = await ServeAsync(), Deadline = TimeSpan.FromMilliseconds(300) });
        NodePeer peer = await fixture.PeerAsync();
        Task<JsonElement> cancelled = peer.AskAsync("cancelled");
        GrpcReply reply = await client.UnaryAsync("/peer.Echo/Hang", default, TestContext.Current.CancellationToken);
        Assert.Equal(RpcCode.DeadlineExceeded, reply.Code);
        Assert.True((await cancelled).GetBoolean());
    }

    [Fact]
    public async Task Unary_CallerCancels_Throws()
    {
        using GrpcClient client = new(new GrpcClientOptions { Endpoint = await ServeAsync() });
        using CancellationTokenSource cancel = new(100);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.UnaryAsync("/peer.Echo/Hang", default, cancel.Token));
    }

    [Fact]
    public async Task Unary_ReplyBeyondTheCap_IsRefused()
    {
        using GrpcClient client = new(new GrpcClientOptions { Endpoint = await ServeAsync(), ReplyBytesMax = 1000 });
        GrpcReply reply = await client.UnaryAsync("/peer.Echo/Large", "1001"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal(RpcCode.ResourceExhausted, reply.Code);
        reply = await client.UnaryAsync("/peer.Echo/Large", "1000"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal((RpcCode.Ok, 1000), (reply.Code, reply.Body.Length));
    }

    [Fact]
    public async Task Unary_UnknownMethod_IsUnimplemented()
    {
        using GrpcClient client = new(new GrpcClientOptions { Endpoint = await ServeAsync() });
        GrpcReply reply = await client.UnaryAsync("/peer.Echo/Nope", default, TestContext.Current.CancellationToken);
        Assert.Equal(RpcCode.Unimplemented, reply.Code);
    }

    private async Task<GrpcReply> FailAsync(int code, string message, string? details, int? pushback)
    {
        using GrpcClient client = new(new GrpcClientOptions { Endpoint = await ServeAsync() });
        byte[] request = JsonSerializer.SerializeToUtf8Bytes(new object?[] { code, message, details, pushback });
        return await client.UnaryAsync("/peer.Echo/Fail", request, TestContext.Current.CancellationToken);
    }

    private async Task<Uri> ServeAsync()
    {
        NodePeer peer = await fixture.PeerAsync();
        int port = (await peer.AskAsync("serve")).GetProperty("port").GetInt32();
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
    }
}
