using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Hearth.Collector.Exporting;
using Hearth.Profiles.Formats;
using Hearth.Profiles.Formats.Otlp;
using Hearth.Profiles.Model;
using Hearth.Wire.Grpc;
using Hearth.Wire.Protobuf;
using Hearth.Wire.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hearth.Load;

/// <summary>A real gRPC server that takes profiles and keeps them.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SemaphoreSlim _arrived = new(0);

    private Receiver(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Requests in the order of their arrival.</summary>
    public ConcurrentQueue<byte[]> Requests { get; } = new();

    /// <summary>Authorization headers, in the same order.</summary>
    public ConcurrentQueue<string> Authorizations { get; } = new();

    /// <summary>Decides the answer; throws <see cref="RpcException"/> to refuse, writes to answer.</summary>
    public Action<int, ProtoWriter>? Answer { get; set; }

    /// <summary>Starts on a free port of the loopback address.</summary>
    public static async Task<Receiver> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        WebApplication app = builder.Build();
        Receiver receiver = new(app);
        app.MapGrpcUnary(ProfileExporter.Method, receiver.TakeAsync, new RpcLimits());
        await app.StartAsync();
        receiver.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return receiver;
    }

    /// <summary>Waits for the next request.</summary>
    public Task WaitAsync(CancellationToken cancellation) => _arrived.WaitAsync(cancellation);

    /// <summary>Requests, profiles and the quality they tell, as a line.</summary>
    public string Summary()
    {
        ProfileDocument document = new();
        long profiles = 0;
        long bytes = 0;
        long lost = 0;
        long samples = 0;
        foreach (byte[] request in Requests)
        {
            document.Clear();
            if (!OtlpProfilesReader.Read(request, document, new DecodeLimits(), new ProblemList()))
            {
                continue;
            }

            bytes += request.Length;
            profiles += document.ProfileCount;
            for (int g = 0; g < document.Count; g++)
            {
                samples += document[g][0].Samples.Count;
                foreach (int row in document.Symbols.AttributeSets[document[g][0].AttributeSet])
                {
                    Hearth.Profiles.Model.Attribute attribute = document.Symbols.Attributes[row];
                    lost += document.Symbols.Strings[attribute.Key].SequenceEqual("hearth.lost_samples"u8) ? attribute.Number : 0;
                }
            }
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Requests.Count} requests, {profiles} profiles, {samples} stacks, {bytes} bytes before compression, {lost} lost samples");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _arrived.Dispose();
    }

    private ValueTask TakeAsync(RpcCall call, ProtoWriter reply, CancellationToken cancellation)
    {
        int number = Requests.Count;
        Requests.Enqueue(call.Message.ToArray());
        Authorizations.Enqueue(call.Headers.Authorization.ToString());
        _arrived.Release();
        Answer?.Invoke(number, reply);
        return ValueTask.CompletedTask;
    }
}
