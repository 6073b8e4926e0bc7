using Hearth.Engine;
using Hearth.Roles;
using Hearth.Top;

namespace Hearth.Cli;

/// <summary>Every verb, the default first.</summary>
internal static class Verbs
{
    private static readonly Flag s_listen = new("--listen", "ADDR", "HEARTH_LISTEN", "Address to listen on. Default 127.0.0.1.");
    private static readonly Flag s_httpPort =
        new("--http-port", "N", "HEARTH_HTTP_PORT", "Port of the read API, 0 for a free one. Default 4040.");
    private static readonly Flag s_grpcPort =
        new("--otlp-grpc-port", "N", "HEARTH_OTLP_GRPC_PORT", "Port for OTLP over gRPC, 0 for a free one. Default 4317.");

    private static readonly Flag s_otlpHttpPort =
        new("--otlp-http-port", "N", "HEARTH_OTLP_HTTP_PORT", "Port for OTLP over HTTP, 0 for a free one. Default 4318.");

    private static readonly Flag s_adminPort =
        new("--admin-port", "N", "HEARTH_ADMIN_PORT", "Port of health checks and metrics, 0 for a free one. Default 4041.");

    private static readonly Flag s_data =
        new("--data", "DIR", "HEARTH_DATA", "Where everything is kept. Default $XDG_DATA_HOME/hearth or ~/.local/share/hearth.");

    private static readonly Flag s_frequency =
        new("--frequency", "HZ", "HEARTH_COLLECT_FREQUENCY_HZ", "Samples a second and CPU. Default 19.");

    private static readonly Flag s_clickHouse =
        new("--clickhouse", "URL", "HEARTH_CLICKHOUSE_URL", "A ClickHouse server's HTTP address. Default: the embedded engine in 'all'.");

    private static readonly Flag s_logLevel =
        new("--log-level", "LEVEL", "HEARTH_LOG_LEVEL", "trace, debug, information, warning, error. Default information.");

    /// <summary>The verbs in the order of the help text.</summary>
    public static IReadOnlyList<Verb> All { get; } =
    [
        new Verb
        {
            Name = "all",
            Summary = "Collect, store and answer queries on this machine (the default).",
            Flags = [s_data, s_listen, s_httpPort, s_grpcPort, s_otlpHttpPort, s_adminPort, s_frequency, s_clickHouse, s_logLevel],
            Examples =
            [
                ("hearth", "profile this machine; Grafana reads http://127.0.0.1:4040"),
                ("sudo hearth --frequency 97", "every process with kernel frames, 97 samples a second"),
                ("hearth --data /srv/hearth --http-port 0", "another directory, any free port"),
            ],
            Run = AllRole.RunAsync,
        },
        new Verb
        {
            Name = "collect",
            Summary = "Sample the processes of this machine and send profiles over OTLP.",
            Flags =
            [
                new("--ingest", "URL", "HEARTH_COLLECT_INGEST", "Where profiles go (OTLP gRPC). Default http://127.0.0.1:4317."),
                new("--token-file", "F", "HEARTH_COLLECT_TOKEN_FILE", "File with the bearer token to send."),
                new("--service-name", "S", "HEARTH_COLLECT_SERVICE_NAME", "One service name for everything collected here."),
                s_frequency,
                new("--admin-port", "N", "HEARTH_COLLECT_ADMIN_PORT", "Port of health and metrics on loopback. Default: not opened."),
                s_logLevel,
            ],
            Examples =
            [
                ("hearth collect --ingest http://hearth:4317", "send this machine's profiles to another one"),
                ("hearth collect --ingest https://hearth:4317 --token-file /run/secrets/hearth", "with a token"),
            ],
            Run = CollectRole.RunAsync,
        },
        new Verb
        {
            Name = "ingest",
            Summary = "Receive OTLP profiles and write them to ClickHouse.",
            Flags = [s_clickHouse, s_listen, s_grpcPort, s_otlpHttpPort, s_adminPort, s_logLevel],
            Examples = [("hearth ingest --clickhouse http://clickhouse:8123 --listen 0.0.0.0", "receive for a cluster")],
            Run = ServeRole.RunIngestAsync,
        },
        new Verb
        {
            Name = "query",
            Summary = "Answer Grafana from ClickHouse.",
            Flags = [s_clickHouse, s_listen, s_httpPort, s_adminPort, s_logLevel],
            Examples = [("hearth query --clickhouse http://clickhouse:8123 --listen 0.0.0.0", "answer for a cluster")],
            Run = ServeRole.RunQueryAsync,
        },
        new Verb
        {
            Name = "serve",
            Summary = "Ingest and query in one process (started by 'all').",
            Flags = [s_clickHouse, s_listen, s_httpPort, s_grpcPort, s_otlpHttpPort, s_adminPort, s_logLevel],
            Hidden = true,
            Run = ServeRole.RunBothAsync,
        },
        new Verb
        {
            Name = "engine",
            Summary = "Run the embedded ClickHouse engine (started by 'all').",
            Flags =
            [
                new("--data", "DIR", "HEARTH_ENGINE_DATA", "Where the tables are."),
                new("--listen", "ADDR", "HEARTH_ENGINE_LISTEN", "Address to listen on. Default 127.0.0.1."),
                new("--http-port", "N", "HEARTH_ENGINE_HTTP_PORT", "Port of ClickHouse's HTTP interface, 0 for a free one. Default 8123."),
                s_logLevel,
            ],
            Examples = [("hearth engine --data /srv/hearth/engine", "a store for roles started one by one")],
            Run = EngineVerb.RunAsync,
        },
        new Verb
        {
            Name = "schema apply",
            Summary = "Create or migrate the tables of a ClickHouse server.",
            Flags = [s_clickHouse, s_logLevel],
            Examples = [("hearth schema apply --clickhouse http://clickhouse:8123", "before a cluster's first start, and at each update")],
            Run = SchemaRole.RunApplyAsync,
        },
        new Verb
        {
            Name = "top",
            Summary = "Show which services use the CPU and which functions are hot.",
            Flags =
            [
                new("--url", "URL", "HEARTH_TOP_URL", "The read API. Default http://127.0.0.1:4040."),
                new("--service", "S", "HEARTH_TOP_SERVICE", "Only this service."),
                new("--type", "T", "HEARTH_TOP_TYPE", "Profile type id. Default process_cpu:cpu:nanoseconds:cpu:nanoseconds."),
                new("--last", "TIME", "HEARTH_TOP_LAST", "How far back to look, for example 30s, 5m, 2h. Default 5m."),
                new("--limit", "N", "HEARTH_TOP_LIMIT", "Rows to show. Default 20."),
                new("--output", "FORM", "HEARTH_TOP_OUTPUT", "table or json. Default table."),
            ],
            Examples =
            [
                ("hearth top", "the last five minutes"),
                ("hearth top --service checkout --last 1h", "one service, the last hour"),
                ("hearth top --output json | jq .functions[0]", "for programs"),
            ],
            Run = TopVerb.RunAsync,
        },
        new Verb { Name = "version", Summary = "Print the version.", Run = VersionVerb.RunAsync },
    ];
}
