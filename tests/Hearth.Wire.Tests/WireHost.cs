using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Hearth.Wire.Connect;
using Hearth.Wire.Grpc;
using Hearth.Wire.Http;
using Hearth.Wire.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hearth.Wire.Tests;

/// <summary>A real Kestrel host with the methods the tests call: HTTP/2 in plain text on one port, HTTP/1.1 on another.</summary>
public sealed class WireHost : IAsyncDisposable
{
    public const string Service = "/hearth.test.Echo/";
    public const string Connect = "/hearth.test.Connect/";
    public const string Secret = "the password is swordfish";

    private readonly WebApplication _app;

    private WireHost(WebApplication app, ConcurrentQueue<string> logged)
    {
        _app = app;
        Logged = logged;
    }

    public Uri Grpc { get; private set; } = null!;

    public Uri Http { get; private set; } = null!;

    /// <summary>Released to let the "Hang" method end; it also ends with its token.</summary>
    public TaskCompletionSource<RpcCall> HangEntered { get; private set; } = NewSignal<RpcCall>();

    public TaskCompletionSource<bool> HangCancelled { get; private set; } = NewSignal<bool>();

    public ConcurrentQueue<string> Logged { get; }

    public static async Task<WireHost> StartAsync(RpcLimits? limits = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        ConcurrentQueue<string> logged = new();
        builder.Services.AddSingleton<ILoggerProvider>(_ => new QueueLoggerProvider(logged));
        WebApplication app = builder.Build();
        WireHost host = new(app, logged);
        host.Map(app, limits ?? new RpcLimits());
        await app.StartAsync();
        string[] addresses = [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
        host.Grpc = new Uri(addresses[0]);
        host.Http = new Uri(addresses[1]);
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static TaskCompletionSource<T> NewSignal<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static ValueTask<ReadOnlyMemory<byte>> Reply(byte[] bytes) => ValueTask.FromResult<ReadOnlyMemory<byte>>(bytes);

    private static byte[] Describe(RpcCall call) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{call.Method}|{call.Message.Length}|{call.Headers["x-test"]}|{call.Deadline is not null}|{call.Peer}"));

    private void Map(WebApplication app, RpcLimits limits)
    {
        app.MapGrpcUnary(Service + "Echo", (call, reply, _) =>
        {
            reply.Raw(call.Message.Span);
            return ValueTask.CompletedTask;
        }, limits);
        app.MapGrpcUnary(Service + "Describe", (call, reply, _) =>
        {
            reply.Raw(Describe(call));
            return ValueTask.CompletedTask;
        }, limits);
        app.MapGrpcUnary(Service + "Hang", async (call, _, cancellation) => await HangAsync(call, cancellation), limits);
        app.MapGrpcUnary(Service + "Fail", (call, _, _) => throw FailureFor(Encoding.UTF8.GetString(call.Message.Span)), limits);
        app.MapConnectUnary(Connect + "Echo", (call, _) => Reply(call.Message.ToArray()), limits);
        app.MapConnectUnary(
            Connect + "Describe", (call, _) => Reply([.. Describe(call), .. Encoding.UTF8.GetBytes("|" + call.Codec)]), limits);
        app.MapConnectUnary(Connect + "Hang", async (call, cancellation) =>
        {
            await HangAsync(call, cancellation);
            return default;
        }, limits);
        app.MapConnectUnary(Connect + "Fail", (call, _) => throw FailureFor(Encoding.UTF8.GetString(call.Message.Span)), limits);
        app.MapPost("/body", async context =>
        {
            using BodyResult body = await BodyReader.ReadAsync(context.Request, limits, context.RequestAborted);
            context.Response.StatusCode = body.HttpStatus;
            await (body.IsOk ? context.Response.Body.WriteAsync(body.Body) : new ValueTask(context.Response.WriteAsync(body.Message)));
        });
    }

    private async Task HangAsync(RpcCall call, CancellationToken cancellation)
    {
        HangEntered.TrySetResult(call);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        }
        finally
        {
            HangCancelled.TrySetResult(true);
        }
    }

    private static Exception FailureFor(string request) => request switch
    {
        "retry" => new RpcException(
            RpcCode.Unavailable, "Busy.", RpcStatusDetails.Retry(RpcCode.Unavailable, "Busy.", TimeSpan.FromSeconds(2.5))),
        "bad" => new RpcException(
            RpcCode.InvalidArgument,
            "Wrong field: 100 % \u00e4\n\u6f22.",
            RpcStatusDetails.BadRequest(RpcCode.InvalidArgument, "Wrong.", ("a.b", "too long"))),
        "ok" => new RpcException(RpcCode.Ok, "not really"),
        "cancel" => new OperationCanceledException("a timer inside the handler"),
        _ => Enum.TryParse(request, out RpcCode code) ? new RpcException(code, "as asked") : new InvalidOperationException(Secret),
    };
}
