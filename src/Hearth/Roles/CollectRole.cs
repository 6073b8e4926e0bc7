using System.Net;
using Hearth.Collector;
using Hearth.Health;
using Hearth.Lifetime;
using Hearth.Settings;
using Hearth.Telemetry;

namespace Hearth.Roles;

/// <summary><c>hearth collect</c>: the collector of one machine.</summary>
internal static class CollectRole
{
    /// <summary>Prefix of the collector's settings.</summary>
    public const string Prefix = "HEARTH_COLLECT";

    /// <summary>Runs until asked to end.</summary>
    public static Task<int> RunAsync(SettingSet settings) => RoleProcess.RunAsync("collect", settings, async context =>
    {
        CollectorOptions options = BindOptions(context);
        CollectAdminOptions admin = context.Bind(new CollectAdminOptions(), Prefix);
        context.RefuseMistakes();

        await using WebRole? web = admin.AdminPort is { } port ? BuildAdmin(context, port) : null;
        if (web is not null)
        {
            await web.StartAsync(context.Signals.Drain);
        }

        await RoleContext.AnnounceAsync(web?.Ready ?? new ReadyLine([]));
        Task serving = web?.ServeAsync(context.Signals.Drain) ?? Task.CompletedTask;
        int code = await CollectorService.RunAsync(options, context.Time, context.Loggers, context.Signals.Drain);
        if (code == ExitCode.Ok)
        {
            await serving;
        }

        return code;
    });

    /// <summary>The collector's options with every mistake noted.</summary>
    public static CollectorOptions BindOptions(RoleContext context)
    {
        CollectorOptions options = context.Bind(new CollectorOptions(), Prefix);
        context.Note(Prefix, options.Validate());
        return options;
    }

    private static WebRole BuildAdmin(RoleContext context, int port)
    {
        var readiness = new Readiness(context.Time);
        var metrics = new PrometheusText("Hearth.", "System.Runtime");
        var listener = new Listener
        {
            Name = "admin",
            Flag = "--admin-port",
            EndPoint = new IPEndPoint(IPAddress.Loopback, port),
            Map = routes => AdminEndpoints.Map(routes, readiness, metrics),
        };
        return WebRole.Build(context, [listener], services => services.AddSingleton(readiness).AddSingleton(metrics));
    }
}
