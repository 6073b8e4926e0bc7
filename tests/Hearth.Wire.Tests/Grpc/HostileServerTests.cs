using System.Net;
using System.Net.Sockets;
using System.Text;
using Hearth.Wire.Grpc;
using Hearth.Wire.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Hearth.Wire.Tests.Grpc;

/// <summary>The client against answers no honest server gives.</summary>
public sealed class HostileServerTests
{
    public static TheoryData<string, RpcCode, string> Answers => new()
    {
        { "html", RpcCode.Unknown, "text/html" },
        { "status-401", RpcCode.Unauthenticated, "401" },
        { "status-404", RpcCode.Unimplemented, "404" },
        { "status-503", RpcCode.Unavailable, "503" },
        { "redirect", RpcCode.Unknown, "302" },
        { "no-status", RpcCode.Internal, "without a status" },
        { "ok-without-message", RpcCode.Internal, "not exactly one message" },
        { "ok-trailers-only", RpcCode.Internal, "without a message" },
        { "two-messages", RpcCode.Internal, "not exactly one message" },
        { "cut-message", RpcCode.Internal, "not exactly one message" },
        { "odd-status", RpcCode.Unknown, "does not exist" },
        { "huge-status", RpcCode.Unknown, "does not exist" },
        { "compressed-unasked", RpcCode.Internal, "did not offer" },
        { "bomb", RpcCode.ResourceExhausted, "more than" },
        { "endless", RpcCode.ResourceExhausted, "more than" },
        { "long-header", RpcCode.Unavailable, "exceeded the set limit of 16384" },
        { "long-trailer", RpcCode.Unavailable, "exceeded the set limit of 16384" },
        { "many-headers", RpcCode.ResourceExhausted, "larger than allowed" },
        { "many-trailers", RpcCode.ResourceExhausted, "larger than allowed" },
        { "reset", RpcCode.Internal, "reset the call" },
        { "bad-details", RpcCode.Unavailable, "Busy" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Unary_OddAnswer_IsACode(string how, RpcCode code, string message)
    {
        await using RawServer server = await RawServer.StartAsync(AnswerAsync);
        using GrpcClient client = new(new GrpcClientOptions { Endpoint = server.Address, ReplyBytesMax = 10_000 });
        GrpcReply reply = await client.UnaryAsync("/x.Y/" + how, "m"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.True(reply.Code == code, $"{reply.Code}: {reply.Message}");
        Assert.Contains(message, reply.Message, StringComparison.Ordinal);
        Assert.Equal(0, reply.Body.Length);
    }

    [Fact]
    public async Task Unary_RetryAfterHeader_IsRead()
    {
        await using RawServer server = await RawServer.StartAsync(AnswerAsync);
        using GrpcClient client = new(new GrpcClientOptions { Endpoint = server.Address });
        GrpcReply reply = await client.UnaryAsync("/x.Y/status-503", default, TestContext.Current.CancellationToken);
        Assert.Equal(TimeSpan.FromSeconds(7), reply.RetryAfter);
    }

    [Fact]
    public async Task Unary_NobodyListens_IsUnavailable()
    {
        using Socket taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound and not listening: connections are refused
        using GrpcClient client = new(new GrpcClientOptions { Endpoint = new Uri($"http://{taken.LocalEndPoint}") });
        GrpcReply reply = await client.UnaryAsync("/x.Y/Z", default, TestContext.Current.CancellationToken);
        Assert.Equal(RpcCode.Unavailable, reply.Code);
        Assert.Contains("refused", reply.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Unary_ServerSaysNothing_IsDeadlineExceeded()
    {
        using Socket silent = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen();
        using GrpcClient client = new(new GrpcClientOptions
        {
            Endpoint = new Uri($"http://{silent.LocalEndPoint}"),
            Deadline = TimeSpan.FromMilliseconds(300),
        });
        GrpcReply reply = await client.UnaryAsync("/x.Y/Z", default, TestContext.Current.CancellationToken);
        Assert.Equal(RpcCode.DeadlineExceeded, reply.Code);
    }

    [Fact]
    public async Task Unary_ServerSpeaksHttp1_IsAFailureWithACode()
    {
        await using WireHost host = await WireHost.StartAsync();
        using GrpcClient client = new(new GrpcClientOptions { Endpoint = host.Http });
        GrpcReply reply = await client.UnaryAsync(WireHost.Service + "Echo", default, TestContext.Current.CancellationToken);
        Assert.False(reply.IsOk);
    }

    [Fact]
    public async Task Unary_ManyCalls_ReuseOneConnection()
    {
        HashSet<string> connections = [];
        await using RawServer server = await RawServer.StartAsync(context =>
        {
            lock (connections)
            {
                connections.Add(context.Connection.Id);
            }

            return AnswerAsync(context);
        });
        using GrpcClient client = new(new GrpcClientOptions { Endpoint = server.Address });
        for (int i = 0; i < 20; i++)
        {
            GrpcReply reply = await client.UnaryAsync("/x.Y/fine", default, TestContext.Current.CancellationToken);
            Assert.True(reply.IsOk, reply.Message);
        }

        Assert.Single(connections);
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        string how = context.Request.Path.Value!["/x.Y/".Length..];
        response.ContentType = "application/grpc";
        byte[] frame = [0, 0, 0, 0, 1, 7];
        switch (how)
        {
            case "html":
                response.ContentType = "text/html";
                await response.WriteAsync("<p>hello");
                return;
            case "status-401" or "status-404" or "status-503":
                response.ContentType = null;
                response.Headers.RetryAfter = "7";
                response.StatusCode = int.Parse(how[7..], System.Globalization.CultureInfo.InvariantCulture);
                return;
            case "redirect":
                response.Redirect("http://127.0.0.1:1/");
                return;
            case "ok-trailers-only":
                response.Headers["grpc-status"] = "0";
                return;
            case "bad-details":
                response.Headers["grpc-status"] = "14";
                response.Headers["grpc-message"] = "Busy";
                response.Headers["grpc-status-details-bin"] = "!!!not base64";
                return;
            case "odd-status" or "huge-status":
                response.Headers["grpc-status"] = how == "odd-status" ? "17" : "99999999999999999999";
                return;
            case "long-header" or "many-headers":
                AddLong(how, response.Headers.Append);
                response.Headers["grpc-status"] = "0";
                return;
            case "reset":
                context.Abort();
                return;
            case "endless":
                await response.Body.WriteAsync((byte[])[0, 0x7F, 0xFF, 0xFF, 0xFF]);
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await response.Body.WriteAsync(new byte[10_000], context.RequestAborted);
                }

                return;
            default:
                await AnswerWithTrailersAsync(response, how, frame);
                return;
        }
    }

    private static async Task AnswerWithTrailersAsync(HttpResponse response, string how, byte[] frame)
    {
        byte[] bomb = TestBytes.Gzip(new byte[10_000_000], System.IO.Compression.CompressionLevel.SmallestSize);
        byte[] body = how switch
        {
            "ok-without-message" => [],
            "two-messages" => [.. frame, .. frame],
            "cut-message" => frame[..5],
            "compressed-unasked" => [1, 0, 0, 0, 1, 7],
            "bomb" => [1, 0, 0, (byte)(bomb.Length >> 8), (byte)bomb.Length, .. bomb],
            _ => frame,
        };
        if (how == "bomb")
        {
            response.Headers["grpc-encoding"] = "gzip";
        }

        await response.Body.WriteAsync(body);
        await response.Body.FlushAsync();
        if (how is "long-trailer" or "many-trailers")
        {
            AddLong(how, response.AppendTrailer);
        }

        if (how != "no-status")
        {
            response.AppendTrailer("grpc-status", "0");
        }
    }

    /// <summary>20 kB in one value, or in a hundred.</summary>
    private static void AddLong(string how, Action<string, Microsoft.Extensions.Primitives.StringValues> add)
    {
        int parts = how.StartsWith("many", StringComparison.Ordinal) ? 100 : 1;
        for (int i = 0; i < parts; i++)
        {
            add($"x-long-{i}", new string('a', 20_000 / parts));
        }
    }
}
