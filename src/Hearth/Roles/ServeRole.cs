using System.Net;
using Hearth.Health;
using Hearth.Ingest;
using Hearth.Lifetime;
using Hearth.Query;
using Hearth.Query.Selecting;
using Hearth.Settings;
using Hearth.Storage.ClickHouse;
using Hearth.Storage.Reading;
using Hearth.Telemetry;

namespace Hearth.Roles;

/// <summary><c>hearth ingest</c>, <c>hearth query</c>, and both in one process as <c>hearth all</c> runs them.</summary>
internal sealed class ServeRole
{
    private readonly ListenerOptions _listening;
    private readonly StoreAccess _store;
    private readonly IngestOptions? _ingest;
    private readonly QueryOptions? _query;
    private readonly SymbolOptions _symbols;
    private readonly Readiness _readiness;

    private ServeRole(RoleContext context, bool ingest, bool query)
    {
        _listening = context.Bind(new ListenerOptions(), "HEARTH");
        _store = StoreAccess.Bind(context);
        _ingest = ingest ? BindIngest(context) : null;
        _query = query ? BindQuery(context) : null;
        _symbols = context.Bind(new SymbolOptions(), "HEARTH_SYMBOL");
        _readiness = new Readiness(context.Time);
        context.RefuseMistakes();
    }

    /// <summary>Both, in one process.</summary>
    public static Task<int> RunBothAsync(SettingSet settings) => RunAsync("serve", settings, ingest: true, query: true);

    /// <summary>Only receiving.</summary>
    public static Task<int> RunIngestAsync(SettingSet settings) => RunAsync("ingest", settings, ingest: true, query: false);

    /// <summary>Only answering.</summary>
    public static Task<int> RunQueryAsync(SettingSet settings) => RunAsync("query", settings, ingest: false, query: true);

    /// <summary>The settings of receiving, with every mistake noted.</summary>
    public static IngestOptions BindIngest(RoleContext context)
    {
        IngestOptions options = context.Bind(new IngestOptions(), "HEARTH_INGEST");
        context.Note("HEARTH_INGEST", options.Mistakes());
        return options;
    }

    /// <summary>The settings of answering, with every mistake noted.</summary>
    public static QueryOptions BindQuery(RoleContext context) => context.Bind(new QueryOptions(), "HEARTH_QUERY");

    private static Task<int> RunAsync(string role, SettingSet settings, bool ingest, bool query) =>
        RoleProcess.RunAsync(role, settings, context => new ServeRole(context, ingest, query).RunAsync(context));

    private async Task<int> RunAsync(RoleContext context)
    {
        CancellationToken drain = context.Signals.Drain;
        using var client = new ClickHouseClient(_store.Options, context.Time);

        // In 'all' nobody else migrates; in a cluster only 'hearth schema apply' does, and the roles check.
        await _store.PrepareAsync(client, apply: _ingest is not null && _query is not null, writes: _ingest is not null, drain);
        _readiness.Add("storage", cancel => StoreAccess.IsReachableAsync(client, cancel));

        using var metrics = new PrometheusText("Hearth.", "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel");
        await using WebRole web = WebRole.Build(context, Listeners(metrics), services =>
        {
            services.AddSingleton(_readiness).AddSingleton(client);
            if (_ingest is not null)
            {
                services.AddHearthIngest(_ingest);
            }

            if (_query is not null)
            {
                services.AddSingleton(new ProfileReader(client, _symbols, context.Time)).AddHearthQuery(_query);
            }
        });
        await web.StartAsync(drain);
        await RoleContext.AnnounceAsync(web.Ready);
        await web.ServeAsync(drain);
        return ExitCode.Ok;
    }

    private List<Listener> Listeners(PrometheusText metrics)
    {
        var listeners = new List<Listener>();
        if (_query is not null)
        {
            listeners.Add(At("http", _listening.HttpPort, static routes =>
            {
                FrontPage.Map(routes);
                routes.MapHearthQuery();
            }));
        }

        if (_ingest is not null)
        {
            listeners.Add(At("otlp-grpc", _listening.OtlpGrpcPort, static routes => routes.MapHearthIngestGrpc(), http2: true));
            listeners.Add(At("otlp-http", _listening.OtlpHttpPort, static routes => routes.MapHearthIngestHttp()));
        }

        listeners.Add(At("admin", _listening.AdminPort, routes => AdminEndpoints.Map(routes, _readiness, metrics)));
        return listeners;
    }

    private Listener At(string name, int port, Action<IEndpointRouteBuilder> map, bool http2 = false) => new()
    {
        Name = name,
        Flag = $"--{name}-port",
        EndPoint = new IPEndPoint(_listening.Address, port),
        Http2 = http2,
        Map = map,
    };
}
