using System.Text.Json;
using Hearth.Testing;
using Hearth.Wire.Rpc;
using Xunit;

namespace Hearth.Wire.Tests.Grpc;

/// <summary>The server, called by @grpc/grpc-js.</summary>
public sealed class ForeignClientTests(ForeignPeerFixture fixture) : IClassFixture<ForeignPeerFixture>
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(10, false)]
    [InlineData(10, true)]
    [InlineData(5_000_000, false)]
    [InlineData(5_000_000, true)]
    public async Task Unary_Echo_ComesBackWhole(int size, bool gzip)
    {
        await using WireHost host = await WireHost.StartAsync();
        JsonElement answer = (await CallAsync(host, new { method = WireHost.Service + "Echo", gzip, size }))[0];
        Assert.Equal(0, answer.GetProperty("code").GetInt32());
        Assert.Equal(size, answer.GetProperty("reply").GetProperty("length").GetInt32());
        Assert.Equal(
            answer.GetProperty("sent").GetProperty("sha256").GetString(), answer.GetProperty("reply").GetProperty("sha256").GetString());
    }

    [Fact]
    public async Task Unary_TwentyAtOnce_AllAnswer()
    {
        await using WireHost host = await WireHost.StartAsync();
        JsonElement[] answers = await CallAsync(host, new { method = WireHost.Service + "Echo", gzip = true, size = 200_000, times = 20 });
        Assert.Equal(20, answers.Length);
        Assert.All(answers, answer => Assert.Equal(200_000, answer.GetProperty("reply").GetProperty("length").GetInt32()));
    }

    [Fact]
    public async Task Unary_MetadataAndDeadline_Arrive()
    {
        await using WireHost host = await WireHost.StartAsync();
        Dictionary<string, string> metadata = new() { ["x-test"] = "v" };
        JsonElement answer = (await CallAsync(
            host, new { method = WireHost.Service + "Describe", text = "abc", deadlineMs = 30_000, metadata }))[0];
        Assert.Equal("/hearth.test.Echo/Describe|3|v|True|127.0.0.1", answer.GetProperty("reply").GetProperty("text").GetString());
    }

    [Fact]
    public async Task Unary_DeadlinePasses_ClientSeesItAndHandlerIsCancelled()
    {
        await using WireHost host = await WireHost.StartAsync();
        JsonElement answer = (await CallAsync(host, new { method = WireHost.Service + "Hang", text = "", deadlineMs = 300 }))[0];
        Assert.Equal((int)RpcCode.DeadlineExceeded, answer.GetProperty("code").GetInt32());
        Assert.True(await host.HangCancelled.Task.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Unary_ErrorWithDetails_ArrivesWhole()
    {
        await using WireHost host = await WireHost.StartAsync();
        JsonElement status = (await CallAsync(host, new { method = WireHost.Service + "Fail", text = "bad" }))[0].GetProperty("status");
        Assert.Equal((int)RpcCode.InvalidArgument, status.GetProperty("code").GetInt32());
        Assert.Equal("Wrong field: 100 % \u00e4\n\u6f22.", status.GetProperty("details").GetString());
        byte[] expected = RpcStatusDetails.BadRequest(RpcCode.InvalidArgument, "Wrong.", ("a.b", "too long"));
        Assert.Equal(expected, Convert.FromBase64String(status.GetProperty("bin").GetString()!));
    }

    [Fact]
    public async Task Unary_EveryCode_Arrives()
    {
        await using WireHost host = await WireHost.StartAsync();
        foreach (RpcCode code in Enum.GetValues<RpcCode>().Where(code => code != RpcCode.Ok))
        {
            JsonElement answer = (await CallAsync(host, new { method = WireHost.Service + "Fail", text = code.ToString() }))[0];
            Assert.Equal((int)code, answer.GetProperty("code").GetInt32());
        }
    }

    [Fact]
    public async Task Unary_TooLarge_IsResourceExhaustedBeforeAndAfterDecompression()
    {
        await using WireHost host = await WireHost.StartAsync(new RpcLimits { MessageBytesMax = 1000, CompressedBytesMax = 500 });
        string bomb = new('a', 100_000);
        (object Request, string Why)[] cases =
        [
            (new { method = WireHost.Service + "Echo", size = 100_000 }, "1000 bytes long"),
            (new { method = WireHost.Service + "Echo", size = 100_000, gzip = true }, "500 bytes compressed"),
            (new { method = WireHost.Service + "Echo", text = bomb, gzip = true }, "1000 bytes after decompression"),
        ];
        foreach ((object request, string why) in cases)
        {
            JsonElement answer = (await CallAsync(host, request))[0];
            Assert.Equal((int)RpcCode.ResourceExhausted, answer.GetProperty("code").GetInt32());
            Assert.Contains(why, answer.GetProperty("status").GetProperty("details").GetString(), StringComparison.Ordinal);
        }

        JsonElement fine = (await CallAsync(host, new { method = WireHost.Service + "Echo", gzip = true, size = 900 }))[0];
        Assert.Equal(0, fine.GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Unary_UnknownMethodAndService_AreUnimplemented()
    {
        await using WireHost host = await WireHost.StartAsync();
        string[] methods = [WireHost.Service + "Nope", "/no.Such/Method", "/hearth.test.Echo/echo", "/hearth.test.Echo/%45cho"];
        foreach (string method in methods)
        {
            JsonElement answer = (await CallAsync(host, new { method, text = "" }))[0];
            Assert.Equal((int)RpcCode.Unimplemented, answer.GetProperty("code").GetInt32());
        }
    }

    private async Task<JsonElement[]> CallAsync(WireHost host, object request)
    {
        NodePeer peer = await fixture.PeerAsync();
        System.Text.Json.Nodes.JsonNode arguments = JsonSerializer.SerializeToNode(request)!;
        arguments["target"] = host.Grpc.Authority;
        return [.. (await peer.AskAsync("call", arguments)).EnumerateArray()];
    }
}
