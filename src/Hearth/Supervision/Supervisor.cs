using Hearth.Lifetime;
using Microsoft.Extensions.Logging;

namespace Hearth.Supervision;

/// <summary>
/// Runs the children of one machine: starts them in order (each needs the one before), keeps them running, and ends them in the opposite
/// order, so that what the collector still holds is received and what was received is stored.
/// </summary>
internal sealed partial class Supervisor(IReadOnlyList<ChildKeeper> inStartOrder, TimeProvider time, ILogger logger)
{
    /// <summary>
    /// When a child must have ended, counted from the request, from the last started to the first; the whole stays under five seconds.
    /// </summary>
    private static readonly TimeSpan[] s_endBy = [TimeSpan.FromSeconds(2.8), TimeSpan.FromSeconds(3.8), TimeSpan.FromSeconds(4.6)];

    /// <summary>Runs until asked to end; the announcement is made when the last child is ready. The result is the exit code.</summary>
    public async Task<int> RunAsync(StopSignals signals, Func<Task> announce)
    {
        using var stopping = new CancellationTokenSource();
        using CancellationTokenRegistration kill = signals.Kill.Register(KillAll);
        try
        {
            foreach (ChildKeeper keeper in inStartOrder)
            {
                keeper.Start(stopping.Token);
                await keeper.FirstReady.WaitAsync(signals.Drain);
            }

            await announce();
            await Task.Delay(Timeout.InfiniteTimeSpan, time, signals.Drain);
        }
        catch (OperationCanceledException) when (signals.Drain.IsCancellationRequested)
        {
            LogEnding(logger);
        }
        finally
        {
            await stopping.CancelAsync();
            await EndAllAsync();
        }

        return signals.Kill.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Ok;
    }

    private async Task EndAllAsync()
    {
        long asked = time.GetTimestamp();
        for (int i = inStartOrder.Count - 1, step = 0; i >= 0; i--, step++)
        {
            TimeSpan left = s_endBy[Math.Min(step, s_endBy.Length - 1)] - time.GetElapsedTime(asked);
            using var deadline = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
            await inStartOrder[i].EndAsync(deadline.Token);
        }
    }

    private void KillAll()
    {
        foreach (ChildKeeper keeper in inStartOrder)
        {
            keeper.Kill();
        }
    }

    [LoggerMessage(EventId = 1110, Level = LogLevel.Information, Message = "ending; press Ctrl-C again to end without draining")]
    private static partial void LogEnding(ILogger logger);
}
