using System.Globalization;
using System.Net;
using Hearth.Lifetime;
using Hearth.Supervision;

namespace Hearth.Roles;

/// <summary>The children of <c>hearth all</c>, and what each is told through its environment.</summary>
internal sealed class LocalChildren
{
    /// <summary>Of the five seconds an end may take, the collector's last window gets these.</summary>
    private const string CollectorEndSeconds = "2";

    private readonly RoleContext _context;
    private readonly ListenerOptions _listening;
    private readonly InvokingUser? _user;
    private readonly EngineChild? _engine;

    public LocalChildren(
        RoleContext context, ListenerOptions listening, InvokingUser? user, EngineChild? engine, Func<ChildSpec, ChildKeeper> keep)
    {
        (_context, _listening, _user, _engine) = (context, listening, user, engine);
        Serve = keep(new ChildSpec { Role = "serve", Environment = ServeEnvironment });
        ChildKeeper collect = keep(new ChildSpec { Role = "collect", Essential = false, Environment = _ => CollectEnvironment() });
        engine?.Keeper.Moved = Serve.Restart;
        Serve.Moved = collect.Restart;
        InStartOrder = engine is null ? [Serve, collect] : [engine.Keeper, Serve, collect];
    }

    /// <summary>Ingest and query.</summary>
    public ChildKeeper Serve { get; }

    /// <summary>All children; each needs the ones before it.</summary>
    public IReadOnlyList<ChildKeeper> InStartOrder { get; }

    /// <summary>
    /// The port for the next life of a child. One that was free to choose keeps the port it had, because others know it; after two
    /// lives that never became ready somebody else may have taken it, and a new one is chosen.
    /// </summary>
    public static string Pinned(ChildKeeper? child, string name, int asked, int failures) =>
        (asked == 0 && failures < 2 ? child?.Listening[name]?.Port ?? 0 : asked).ToString(CultureInfo.InvariantCulture);

    /// <summary>Where a child of this machine is reached when it listens at an address, which may be all of them.</summary>
    public static string LoopbackUrl(IPEndPoint at)
    {
        IPAddress reached = at.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : at.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : at.Address;
        return $"http://{new IPEndPoint(reached, at.Port)}";
    }

    /// <summary>
    /// What every child is told: the flags of this process as variables, its name in telemetry, and whose rights to take.
    /// </summary>
    public static Dictionary<string, string?> EnvironmentFor(string role, RoleContext context, InvokingUser? user)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach ((string key, string value) in context.Settings.FromFlags)
        {
            environment[key] = value;
        }

        // The name under which the child's own telemetry, and its profile in Hearth, appear.
        environment["OTEL_SERVICE_NAME"] = $"hearth-{role}";
        if (user is not null)
        {
            environment[SupervisedChild.RunAsKey] = user.RunAs;
            environment["HOME"] = user.Home;
            environment["USER"] = environment["LOGNAME"] = user.Name;
        }

        return environment;
    }

    private Dictionary<string, string?> ServeEnvironment(int failures)
    {
        Dictionary<string, string?> environment = EnvironmentFor("serve", _context, _user);
        environment["HEARTH_HTTP_PORT"] = Pinned(Serve, "http", _listening.HttpPort, failures);
        environment["HEARTH_OTLP_GRPC_PORT"] = Pinned(Serve, "otlp-grpc", _listening.OtlpGrpcPort, failures);
        environment["HEARTH_OTLP_HTTP_PORT"] = Pinned(Serve, "otlp-http", _listening.OtlpHttpPort, failures);
        environment["HEARTH_ADMIN_PORT"] = Pinned(Serve, "admin", _listening.AdminPort, failures);
        if (_engine is not null)
        {
            environment["HEARTH_CLICKHOUSE_URL"] = LoopbackUrl(_engine.Keeper.Listening["http"]!);
            environment["HEARTH_CLICKHOUSE_KEY"] = _engine.Key;
        }

        return environment;
    }

    private Dictionary<string, string?> CollectEnvironment()
    {
        Dictionary<string, string?> environment = EnvironmentFor("collect", _context, user: null);
        environment["HEARTH_COLLECT_INGEST"] = LoopbackUrl(Serve.Listening["otlp-grpc"]!);
        environment["HEARTH_COLLECT_SHUTDOWN_SECONDS"] = CollectorEndSeconds;

        // A collector does little and must stay small: compiling again what is fast enough would be most of its cost. With these two it
        // takes 0.45 % of a core and 83 MB at 19 Hz and two busy CPUs.
        environment["DOTNET_TieredPGO"] = "0";
        environment["DOTNET_GCConserveMemory"] = "7";
        return environment;
    }
}
