using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Hearth.Lifetime;
using Hearth.Settings;
using Hearth.Supervision;
using Microsoft.Extensions.Logging;

namespace Hearth.Roles;

/// <summary>
/// <c>hearth all</c>: the engine, ingest and query, and the collector as children of this process, talking over loopback as they would in
/// a cluster. Children get their settings through the environment, so that nothing secret shows in a process list.
/// </summary>
internal static partial class AllRole
{
    /// <summary>Runs until asked to end.</summary>
    public static Task<int> RunAsync(SettingSet settings) => RoleProcess.RunAsync("all", settings, async context =>
    {
        // The children bind the same settings again; doing it here first says every mistake of every role at once.
        AllOptions options = context.Bind(new AllOptions(), "HEARTH");
        ListenerOptions listening = context.Bind(new ListenerOptions(), "HEARTH");
        StoreAccess.Bind(context);
        ServeRole.BindIngest(context);
        ServeRole.BindQuery(context);
        CollectRole.BindOptions(context);
        context.RefuseMistakes();

        ILogger logger = context.Loggers.CreateLogger("Hearth.Supervision");
        InvokingUser? user = InvokingUser.BehindSudo();
        if (user is null && InvokingUser.IsRoot)
        {
            LogPlainRoot(logger);
        }

        using DataDirectory data = DataDirectory.Open(options.Data ?? DataDirectory.DefaultPath(user?.Home ?? HomeOf()), user);
        using var launcher = new ChildLauncher();
        var plan = new Children(context, options, listening, user, data, launcher, logger);
        var supervisor = new Supervisor(plan.InStartOrder, context.Time, logger);
        return await supervisor.RunAsync(context.Signals, () => RoleContext.AnnounceAsync(plan.Serve.Listening));
    });

    private static string HomeOf() => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? home : "/";

    /// <summary>The children of this machine, and what each is told.</summary>
    private sealed class Children
    {
        private readonly string _key = RandomNumberGenerator.GetHexString(64, lowercase: true);
        private readonly RoleContext _context;
        private readonly AllOptions _options;
        private readonly ListenerOptions _listening;
        private readonly InvokingUser? _user;
        private readonly ChildKeeper? _engine;

        public Children(
            RoleContext context,
            AllOptions options,
            ListenerOptions listening,
            InvokingUser? user,
            DataDirectory data,
            ChildLauncher launcher,
            ILogger logger)
        {
            (_context, _options, _listening, _user) = (context, options, listening, user);
            ChildKeeper Keep(ChildSpec spec) => new(spec, launcher, context.Time, logger);
            if (options.ClickhouseUrl is null)
            {
                string directory = data.Prepare("engine", user);
                _engine = Keep(new ChildSpec
                {
                    Role = "engine",
                    Arguments = failures =>
                        ["--data", directory, "--listen", "127.0.0.1", "--http-port", Pinned(_engine, "http", 0, failures)],
                    Environment = _ => For("engine", user, ("HEARTH_ENGINE_KEY", _key)),
                });
            }

            Serve = Keep(new ChildSpec { Role = "serve", Environment = ServeEnvironment });
            ChildKeeper collect = Keep(new ChildSpec
            {
                Role = "collect",
                Essential = false,
                Environment = _ => For("collect", null, ("HEARTH_COLLECT_INGEST", $"http://{Loopback(Serve.Listening["otlp-grpc"]!)}")),
            });
            _engine?.Moved = Serve.Restart;
            Serve.Moved = collect.Restart;
            InStartOrder = _engine is null ? [Serve, collect] : [_engine, Serve, collect];
        }

        public ChildKeeper Serve { get; }

        public IReadOnlyList<ChildKeeper> InStartOrder { get; }

        private Dictionary<string, string?> ServeEnvironment(int failures)
        {
            Dictionary<string, string?> environment = For(
                "serve",
                _user,
                ("HEARTH_HTTP_PORT", Pinned(Serve, "http", _listening.HttpPort, failures)),
                ("HEARTH_OTLP_GRPC_PORT", Pinned(Serve, "otlp-grpc", _listening.OtlpGrpcPort, failures)),
                ("HEARTH_OTLP_HTTP_PORT", Pinned(Serve, "otlp-http", _listening.OtlpHttpPort, failures)),
                ("HEARTH_ADMIN_PORT", Pinned(Serve, "admin", _listening.AdminPort, failures)));
            if (_engine is not null)
            {
                environment["HEARTH_CLICKHOUSE_URL"] = $"http://{Loopback(_engine.Listening["http"]!)}";
                environment["HEARTH_CLICKHOUSE_KEY"] = _key;
            }

            return environment;
        }

        /// <summary>
        /// The port for the next life of a child. One that was free to choose keeps the port it had, because others know it; after two
        /// lives that never became ready somebody else may have taken it, and a new one is chosen.
        /// </summary>
        private static string Pinned(ChildKeeper? child, string name, int asked, int failures) =>
            (asked == 0 && failures < 2 ? child?.Listening[name]?.Port ?? 0 : asked).ToString(CultureInfo.InvariantCulture);

        private static IPEndPoint Loopback(IPEndPoint at) =>
            at.Address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, at.Port)
            : at.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.IPv6Loopback, at.Port)
            : at;

        private Dictionary<string, string?> For(string role, InvokingUser? user, params ReadOnlySpan<(string Key, string? Value)> more)
        {
            var environment = new Dictionary<string, string?>(StringComparer.Ordinal);
            foreach ((string key, string value) in _context.Settings.FromFlags)
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

            foreach ((string key, string? value) in more)
            {
                environment[key] = value;
            }

            return environment;
        }
    }

    [LoggerMessage(
        EventId = 1120,
        Level = LogLevel.Information,
        Message = "started as root without sudo: storing and answering run as root too (with sudo only the collector would)")]
    private static partial void LogPlainRoot(ILogger logger);
}
