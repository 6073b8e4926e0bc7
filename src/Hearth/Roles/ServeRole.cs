using System.Net;
using Hearth.Health;
using Hearth.Lifetime;
using Hearth.Settings;
using Hearth.Telemetry;

namespace Hearth.Roles;

/// <summary><c>hearth ingest</c>, <c>hearth query</c>, and both in one process as <c>hearth all</c> runs them.</summary>
internal static class ServeRole
{
    /// <summary>Both, in one process.</summary>
    public static Task<int> RunBothAsync(SettingSet settings) => RunAsync("serve", settings, ingest: true, query: true);

    /// <summary>Only receiving.</summary>
    public static Task<int> RunIngestAsync(SettingSet settings) => RunAsync("ingest", settings, ingest: true, query: false);

    /// <summary>Only answering.</summary>
    public static Task<int> RunQueryAsync(SettingSet settings) => RunAsync("query", settings, ingest: false, query: true);

    /// <summary>Notes the mistakes in the settings of storage, ingest and query.</summary>
    public static void BindRooms(RoleContext context)
    {
    }

    private static Task<int> RunAsync(string role, SettingSet settings, bool ingest, bool query) =>
        RoleProcess.RunAsync(role, settings, async context =>
        {
            ListenerOptions listening = context.Bind(new ListenerOptions(), "HEARTH");
            BindRooms(context);
            context.RefuseMistakes();

            var readiness = new Readiness(context.Time);
            using var metrics = new PrometheusText("Hearth.", "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel");
            List<Listener> listeners = Listeners(listening, ingest, query, readiness, metrics);
            await using WebRole web = WebRole.Build(context, listeners, services => services.AddSingleton(readiness));
            await web.StartAsync(context.Signals.Drain);
            await RoleContext.AnnounceAsync(web.Ready);
            await web.ServeAsync(context.Signals.Drain);
            return ExitCode.Ok;
        });

    private static List<Listener> Listeners(ListenerOptions at, bool ingest, bool query, Readiness readiness, PrometheusText metrics)
    {
        var listeners = new List<Listener>();
        void Add(string name, int port, Action<IEndpointRouteBuilder> map, bool http2 = false) => listeners.Add(new Listener
        {
            Name = name,
            Flag = $"--{name}-port",
            EndPoint = new IPEndPoint(at.Address, port),
            Http2 = http2,
            Map = map,
        });

        if (query)
        {
            Add("http", at.HttpPort, FrontPage.Map);
        }

        if (ingest)
        {
            Add("otlp-grpc", at.OtlpGrpcPort, static _ => { }, http2: true);
            Add("otlp-http", at.OtlpHttpPort, static _ => { });
        }

        Add("admin", at.AdminPort, routes => AdminEndpoints.Map(routes, readiness, metrics));
        return listeners;
    }
}
