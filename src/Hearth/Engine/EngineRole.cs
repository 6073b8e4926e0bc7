using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hearth.Lifetime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hearth.Engine;

/// <summary><c>hearth engine</c>: the embedded ClickHouse behind its HTTP dialect, in a process of its own.</summary>
internal static partial class EngineRole
{
    // Together under the five seconds in which a supervisor wants every child gone.
    private static readonly TimeSpan AnswersPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StatementsPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Runs until cancelled; writes the ready line when it listens. The result is the exit code. Throws
    /// <see cref="StartFailedException"/>, with a line for a person, when it cannot start.
    /// </summary>
    public static async Task<int> RunAsync(
        EngineOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        ILogger logger = loggers.CreateLogger("Hearth.Engine");
        string directory = Path.GetFullPath(
            options.Data ?? throw new StartFailedException("say where the engine keeps its tables: --data DIR."));
        if (!IPAddress.TryParse(options.Listen, out IPAddress? address))
        {
            throw new StartFailedException($"--listen {options.Listen}: must be an IP address.");
        }

        if (options.Key.Length == 0 && !IPAddress.IsLoopback(address))
        {
            throw new StartFailedException(
                $"--listen {options.Listen} would let everybody run statements: set HEARTH_ENGINE_KEY, or listen on 127.0.0.1.");
        }

        using DirectoryLock held = DirectoryLock.Take(directory);
        ChdbApi api = ChdbApi.Load(EngineLibrary.Find(options.Library));
        ConnectionPool pool = await ConnectionPool.OpenAsync(api, options, Arguments(options, directory), time, logger);
        using EngineMetrics metrics = new(pool);
        EngineEndpoint endpoint = new(pool, options, metrics, time, logger);
        await using WebApplication web = Build(options, new IPEndPoint(address, options.HttpPort), endpoint, loggers);
        try
        {
            await StartAsync(web, options, cancellationToken);
        }
        catch (StartFailedException)
        {
            // The engine's threads would keep the process that has nothing to answer on.
            await pool.CloseAsync(ClosePatience);
            throw;
        }

        IPEndPoint bound = Bound(web);
        LogReady(logger, directory, bound);
        await RoleContext.AnnounceAsync(new ReadyLine([new("http", bound)]));
        await WaitAsync(cancellationToken);
        await EndAsync(web, pool, logger);
        return ExitCode.Ok;
    }

    /// <summary>The engine's command line: its directory and the bounds of its memory.</summary>
    private static List<string> Arguments(EngineOptions options, string directory)
    {
        long memory = options.MemoryBytesMax > 0 ? options.MemoryBytesMax : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
        string Setting(string name, long value) => string.Create(CultureInfo.InvariantCulture, $"--{name}={value}");
        return
        [
            "clickhouse",
            $"--path={directory}",
            Setting("max_server_memory_usage", memory),
            Setting("mark_cache_size", options.MarkCacheBytes),
            Setting("index_mark_cache_size", options.MarkCacheBytes / 4),
            Setting("primary_index_cache_size", options.KeyCacheBytes),
            Setting("query_condition_cache_size", 16 << 20),
            Setting("uncompressed_cache_size", 0),
            "--timezone=UTC",
        ];
    }

    private static WebApplication Build(EngineOptions options, IPEndPoint listen, EngineEndpoint endpoint, ILoggerFactory loggers)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.InsertBytesMax;
            kestrel.Limits.MaxRequestLineSize = 1 << 20;
            kestrel.Limits.MaxRequestBufferSize = 2 << 20;
            kestrel.Limits.MaxConcurrentConnections = options.ConnectionsMax + options.QueueMax + 16;
            kestrel.Listen(listen);
        });
        WebApplication web = builder.Build();
        web.MapGet("/ping", EngineEndpoint.PingAsync);
        web.MapGet("/", EngineEndpoint.PingAsync);
        web.MapPost("/", endpoint.RunAsync);
        return web;
    }

    private static async Task StartAsync(WebApplication web, EngineOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await web.StartAsync(cancellationToken);
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            throw new StartFailedException(
                $"port {options.HttpPort} is in use; choose another with --http-port (0 picks a free one).", error);
        }
        catch (SocketException error)
        {
            throw new StartFailedException($"cannot listen on {options.Listen}:{options.HttpPort} ({error.Message}).", error);
        }
    }

    private static IPEndPoint Bound(WebApplication web)
    {
        IServer server = web.Services.GetRequiredService<IServer>();
        string address = server.Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return IPEndPoint.Parse(new Uri(address).Authority);
    }

    private static async Task WaitAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = cancellationToken.Register(asked.SetResult);
        await asked.Task;
    }

    private static async Task EndAsync(WebApplication web, ConnectionPool pool, ILogger logger)
    {
        using CancellationTokenSource patience = new(AnswersPatience);
        await web.StopAsync(patience.Token);

        // What still runs has nobody to answer; rows that were acknowledged are on the disk.
        await pool.StopAsync("");
        Task<bool> closing = pool.CloseAsync(StatementsPatience);
        if (await Task.WhenAny(closing, Task.Delay(StatementsPatience + ClosePatience)) != closing || !await closing)
        {
            LogNotClosed(logger);

            // The engine's own threads would keep the process; a killed engine loses nothing that was acknowledged.
            Environment.Exit(ExitCode.Ok);
        }
    }

    [LoggerMessage(EventId = 1400, Level = LogLevel.Information, Message = "ClickHouse engine on {Directory} listens on {Address}")]
    private static partial void LogReady(ILogger logger, string directory, IPEndPoint address);

    [LoggerMessage(EventId = 1401, Level = LogLevel.Warning, Message = "a statement did not end in time; the engine is left as it is")]
    private static partial void LogNotClosed(ILogger logger);
}
