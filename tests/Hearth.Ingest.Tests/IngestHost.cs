using System.Net;
using Hearth.Ingest.Committing;
using Hearth.Storage.ClickHouse;
using Hearth.Storage.Reading;
using Hearth.Storage.Schema;
using Hearth.Testing;
using Hearth.Wire.Grpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Hearth.Ingest.Tests;

/// <summary>
/// The ingest role on a real Kestrel with free ports, over a database of its own in a real engine or over a store that is made up.
/// </summary>
internal sealed class IngestHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ClickHouseClient? _store;

    private IngestHost(WebApplication application, ClickHouseClient? store)
    {
        _application = application;
        _store = store;
        string[] addresses = [.. application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
        GrpcUrl = new Uri(addresses[0]);
        HttpUrl = new Uri(addresses[1]);
        Http = new HttpClient { BaseAddress = HttpUrl };
    }

    public Uri GrpcUrl { get; }

    public Uri HttpUrl { get; }

    public HttpClient Http { get; }

    public ClickHouseClient Store => _store ?? throw new InvalidOperationException("This host has no real store.");

    public ProfileReader Reader => new(Store);

    /// <summary>A host over a real engine.</summary>
    public static async Task<IngestHost> StartAsync(EngineFixture fixture, IngestOptions? options = null)
    {
        EngineProcess engine = await fixture.EngineAsync();
        return await StartAsync(engine, fixture.NewDatabase(), options);
    }

    /// <summary>A host over an engine that the test may stop.</summary>
    public static async Task<IngestHost> StartAsync(EngineProcess engine, string database, IngestOptions? options = null)
    {
        ClickHouseClient client = new(new ClickHouseOptions { Url = engine.Url, Key = engine.Key, Database = database });
        await new SchemaApplier(client, new SchemaOptions()).ApplyAsync(TestContext.Current.CancellationToken);
        return await StartAsync(options, services => services.AddSingleton(client), client);
    }

    /// <summary>A host over a store that is a function.</summary>
    public static Task<IngestHost> StartAsync(InsertBlocks insert, IngestOptions? options = null)
    {
        options ??= new IngestOptions();
        return StartAsync(
            options,
            services =>
                services.AddSingleton(new GroupCommitter(options, insert, TimeProvider.System, NullLogger<GroupCommitter>.Instance)),
            null,
            replaceStore: true);
    }

    public GrpcClient Grpc(TimeSpan? deadline = null) =>
        new(new GrpcClientOptions { Endpoint = GrpcUrl, Deadline = deadline ?? TimeSpan.FromSeconds(60) });

    /// <summary>One number that a statement answers.</summary>
    public async Task<string> TextAsync(string sql) =>
        (await Store.ExecuteAsync(sql, TestContext.Current.CancellationToken)).TrimEnd('\n');

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _application.StopAsync();
        await _application.DisposeAsync();
        _store?.Dispose();
    }

    private static async Task<IngestHost> StartAsync(
        IngestOptions? options, Action<IServiceCollection> addStore, ClickHouseClient? store, bool replaceStore = false)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        if (!replaceStore)
        {
            addStore(builder.Services);
        }

        builder.Services.AddHearthIngest(options ?? new IngestOptions());
        if (replaceStore)
        {
            addStore(builder.Services);
        }

        WebApplication application = builder.Build();
        application.MapHearthIngestGrpc();
        application.MapHearthIngestHttp();
        await application.StartAsync();
        return new IngestHost(application, store);
    }
}
