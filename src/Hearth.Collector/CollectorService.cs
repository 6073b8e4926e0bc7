using Hearth.Collector.Perf;
using Hearth.Collector.Unwind;
using Microsoft.Extensions.Logging;

namespace Hearth.Collector;

/// <summary>The collector role: samples this machine and sends profiles until it is told to stop.</summary>
public static partial class CollectorService
{
    /// <summary>
    /// Runs until <paramref name="cancellation"/>, then sends what the open window has within
    /// <see cref="CollectorOptions.ShutdownSeconds"/>.
    /// </summary>
    /// <returns>The exit code: 0 after a requested stop, 1 when it cannot start or a part failed (said in the log).</returns>
    public static async Task<int> RunAsync(
        CollectorOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(loggers);
        ILogger logger = loggers.CreateLogger("Hearth.Collector");
        IReadOnlyList<string> mistakes = options.Validate();
        foreach (string mistake in mistakes)
        {
            LogMistake(logger, mistake);
        }

        if (mistakes.Count > 0)
        {
            return 1;
        }

        if (!OperatingSystem.IsLinux())
        {
            LogMistake(logger, "The collector runs on Linux only: it reads the kernel's perf events.");
            return 1;
        }

        using Naming naming = CollectorParts.Create(options, time, loggers);
        PerfRequest request = new()
        {
            PeriodNanos = 1_000_000_000L / options.FrequencyHz,
            RingPages = options.RingPages,
            FramesMax = PerfOpener.FramesMax(options.FramesPerStackMax, options.ProcRoot),
            KernelSymbols = true,
        };
        PerfOpening opening = PerfOpener.Open(request, options.ProcRoot);
        using PerfEvents? events = opening.Events;
        if (opening.Hint is { } hint)
        {
            LogHint(logger, hint);
        }

        LogMode(logger, opening.Mode, options.FrequencyHz, options.WindowSeconds, options.Ingest);
        using CollectorRun run = new(options, time, loggers, naming, opening, request);
        return await run.RunAsync(cancellation).ConfigureAwait(false);
    }

    [LoggerMessage(EventId = 5001, Level = LogLevel.Error, Message = "Collector: {Mistake}")]
    private static partial void LogMistake(ILogger logger, string mistake);

    [LoggerMessage(EventId = 5002, Level = LogLevel.Warning, Message = "{Hint}")]
    private static partial void LogHint(ILogger logger, string hint);

    [LoggerMessage(EventId = 5003, Level = LogLevel.Information,
        Message = "Collector samples in mode {Mode} at {Frequency} Hz, sends every {Window} s to {Ingest}")]
    private static partial void LogMode(ILogger logger, PerfMode mode, int frequency, int window, Uri ingest);
}
