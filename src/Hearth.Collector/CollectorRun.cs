using Hearth.Collector.Exporting;
using Hearth.Collector.Metering;
using Hearth.Collector.Perf;
using Hearth.Collector.Processes;
using Hearth.Collector.Sampling;
using Hearth.Collector.Unwind;
using Hearth.Profiles.Formats.Otlp;
using Hearth.Profiles.Model;
using Hearth.Wire.Grpc;
using Hearth.Wire.Protobuf;
using Microsoft.Extensions.Logging;

namespace Hearth.Collector;

/// <summary>
/// One run of the collector: a reading thread fills windows, a task names and encodes them, another sends them. Each hands
/// over through a bounded queue, so a slow step never holds up the one before it.
/// </summary>
internal sealed partial class CollectorRun : IDisposable
{
    private readonly CollectorOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WindowPool _pool;
    private readonly WindowProfiles _profiles;
    private readonly ExportQueue _queue;
    private readonly GrpcClient _client;
    private readonly ProfileExporter _exporter;
    private readonly AccountingReader? _accounting;
    private readonly PerfReader? _reader;
    private readonly Naming _naming;
    private readonly ProtoWriter _writer = new(256 * 1024);
    private DateTimeOffset _notBefore;

    /// <summary>Puts the parts together.</summary>
    public CollectorRun(
        CollectorOptions options, TimeProvider time, ILoggerFactory loggers, Naming naming, PerfOpening opening, in PerfRequest request)
    {
        _options = options;
        _time = time;
        _naming = naming;
        _logger = loggers.CreateLogger<CollectorRun>();
        _pool = new WindowPool(options.StacksPerWindowMax);
        WindowClock clock = new(time, options.WindowSeconds);
        MappedFileTable files = new();
        ProcReader procfs = new(options.ProcRoot, files);
        ProcessTable processes = new(procfs, options.ProcessesMax, () => clock.NowNanos) { Ended = naming.Symbolizer.Exited };
        SampleIntake intake = new(processes, files, naming, clock, _pool, options.FramesPerStackMax, request.FramesMax);
        if (opening.Events is { } events)
        {
            _reader = new PerfReader(events, intake, processes, clock, options.DrainIntervalMs);
        }
        else
        {
            _accounting = new AccountingReader(procfs, processes, intake, clock, time);
        }

        long period = opening.Events is null ? AccountingReader.PeriodNanos : request.PeriodNanos;
        _profiles = new WindowProfiles(naming, options.ServiceName, period, options.BatchBytesMax);
        _queue = new ExportQueue(options.QueueBytesMax);
        BearerToken token = new(options.TokenFile);
        _client = new GrpcClient(new GrpcClientOptions
        {
            Endpoint = options.Ingest,
            Deadline = TimeSpan.FromSeconds(options.ExportTimeoutSeconds),
            Authorization = token.Read,
            Clock = time,
        });
        _exporter = new ProfileExporter(
            _queue,
            (body, cancellation) => _client.UnaryAsync(ProfileExporter.Method, body, cancellation),
            new RetryPolicy(Random.Shared),
            time,
            loggers.CreateLogger<ProfileExporter>());
    }

    /// <summary>Runs until cancelled; see <see cref="CollectorService.RunAsync"/>.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource failed = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using CancellationTokenSource shutdown = new();
        Task reading = _reader is null ? _accounting!.RunAsync(failed.Token) : StartThread(_reader.Run, "perf-reader");
        Task naming = Task.Run(() => NameWindowsAsync(shutdown.Token), CancellationToken.None);
        Task sending = _exporter.RunAsync(shutdown.Token);
        using (failed.Token.Register(() => _reader?.Stop()))
        {
            Task first = await Task.WhenAny(WaitFor(cancellation), reading, naming, sending).ConfigureAwait(false);
            bool asked = cancellation.IsCancellationRequested;
            await failed.CancelAsync().ConfigureAwait(false);
            _exporter.Hurry();
            shutdown.CancelAfter(TimeSpan.FromSeconds(_options.ShutdownSeconds));
            await Task.WhenAll(End(reading), End(naming), End(sending)).ConfigureAwait(false);
            return asked && !first.IsFaulted && !reading.IsFaulted && !naming.IsFaulted ? 0 : 1;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader?.Dispose();
        _client.Dispose();
        _queue.Dispose();
    }

    private static async Task WaitFor(CancellationToken cancellation)
    {
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using (cancellation.Register(stopped.SetResult))
        {
            await stopped.Task.ConfigureAwait(false);
        }
    }

    private static Task StartThread(Action body, string name)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() =>
        {
            try
            {
                body();
                done.SetResult();
            }
#pragma warning disable CA1031 // The one loop of this role: what ends a thread ends the collector with a line in the log, not the process.
            catch (Exception error)
#pragma warning restore CA1031
            {
                done.SetException(error);
            }
        })
        {
            IsBackground = true,
            Name = name,
        };
        thread.Start();
        return done.Task;
    }

    /// <summary>Waits for a part; a failure is logged, since the others still have something to finish.</summary>
    private async Task End(Task part)
    {
        await part.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (part.Exception?.InnerException is { } error)
        {
            LogFailed(_logger, error);
        }

        // Whoever failed can no longer say that nothing follows.
        _pool.Complete();
        if (part.IsFaulted)
        {
            _queue.Complete();
        }
    }

    private async Task NameWindowsAsync(CancellationToken cancellation)
    {
        await foreach (SampleWindow window in _pool.Closed.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            double jitter = Random.Shared.NextDouble() * _options.SendJitterSeconds;
            _notBefore = _time.GetUtcNow() + TimeSpan.FromSeconds(jitter);
            _profiles.Build(window, Encode, cancellation);
            CollectorMeter.Window("sent");
            _pool.Return(window);
        }

        _queue.Complete();
    }

    private void Encode(ProfileDocument document)
    {
        _writer.Reset();
        OtlpProfilesWriter.Write(document, _writer);
        long dropped = _queue.Add(new ExportBatch(_writer.Written.ToArray(), document.ProfileCount, _notBefore));
        if (dropped > 0)
        {
            LogQueueFull(_logger, dropped);
        }
    }

    [LoggerMessage(EventId = 5101, Level = LogLevel.Error, Message = "A part of the collector failed; it stops")]
    private static partial void LogFailed(ILogger logger, Exception error);

    [LoggerMessage(EventId = 5102, Level = LogLevel.Warning,
        Message = "The send queue is full: {Profiles} of the oldest profiles were dropped")]
    private static partial void LogQueueFull(ILogger logger, long profiles);
}
