using Hearth.Lifetime;
using Microsoft.Extensions.Logging;

namespace Hearth.Supervision;

/// <summary>
/// Keeps one child running: starts it, waits until it is ready, starts it again with growing pauses when it ends unasked.
/// A child that never became ready once is a failure to start, not something to try again: its own line says why.
/// </summary>
internal sealed partial class ChildKeeper(ChildSpec spec, ChildLauncher launcher, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_healthyAfter = TimeSpan.FromSeconds(60);

    private readonly TaskCompletionSource<ReadyLine> _firstReady = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ChildProcess? _current;
    private volatile bool _restartAsked;
    private Task _running = Task.CompletedTask;
    private int _failures;
    private int _exitCode;

    /// <summary>The role kept.</summary>
    public string Role => spec.Role;

    /// <summary>Where the child listens, as of its last ready line.</summary>
    public ReadyLine Listening { get; private set; } = new([]);

    /// <summary>
    /// Completes when the child was ready for the first time; fails with <see cref="StartFailedException"/> when it never was.
    /// </summary>
    public Task<ReadyLine> FirstReady => _firstReady.Task;

    /// <summary>Called with each later ready line whose endpoints differ from the one before.</summary>
    public Action? Moved { get; set; }

    /// <summary>Begins keeping until the token is cancelled.</summary>
    public void Start(CancellationToken stop) => _running = KeepAsync(stop);

    /// <summary>Ends the current child so that it starts again with new arguments.</summary>
    public void Restart()
    {
        _restartAsked = true;
        _current?.AskToEnd();
    }

    /// <summary>
    /// Asks the child to end and waits until it has, or until the deadline; then ends it by force. True when it ended by itself.
    /// The token given to <see cref="Start"/> must be cancelled before, or the child would be started again.
    /// </summary>
    public async Task<bool> EndAsync(CancellationToken deadline)
    {
        _current?.AskToEnd();
        try
        {
            await _running.WaitAsync(deadline);
            return true;
        }
        catch (OperationCanceledException)
        {
            LogForced(logger, Role);
            _current?.End();
            await _running;
            return false;
        }
    }

    /// <summary>Ends the child by force.</summary>
    public void Kill() => _current?.End();

    private async Task KeepAsync(CancellationToken stop)
    {
        TimeSpan pause = s_firstPause;
        while (!stop.IsCancellationRequested)
        {
            long started = time.GetTimestamp();
            string how = await LiveOnceAsync(stop);
            if (stop.IsCancellationRequested)
            {
                break;
            }

            if (!_firstReady.Task.IsCompletedSuccessfully && spec.Essential)
            {
                // A child that ends with the documented code has said why; another sentence would only bury it.
                bool said = _exitCode == ExitCode.Failed;
                _firstReady.TrySetException(
                    said ? StartFailedException.AlreadySaid() : new StartFailedException($"{Role} {how} before it was ready"));
                return;
            }

            // Hearth is of use without this child: say so below, and let the others go on.
            _firstReady.TrySetResult(new ReadyLine([]));
            if (_restartAsked)
            {
                _restartAsked = false;
                continue;
            }

            pause = time.GetElapsedTime(started) >= s_healthyAfter ? s_firstPause : pause;
            LogEnded(logger, Role, how, (long)pause.TotalMilliseconds);
            await PauseAsync(pause, stop);
            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        }

        _firstReady.TrySetCanceled(CancellationToken.None);
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken stop)
    {
        try
        {
            await Task.Delay(pause, time, stop);
        }
        catch (OperationCanceledException)
        {
            // The loop sees the token.
        }
    }

    /// <summary>
    /// One life of the child, and words for its end. At a stop the child is left to <see cref="EndAsync"/>, which keeps the order.
    /// </summary>
    private async Task<string> LiveOnceAsync(CancellationToken stop)
    {
        try
        {
            using ChildProcess child = await ChildProcess.StartAsync(spec, _failures, launcher);
            _current = child;
            _failures++;
            if (stop.IsCancellationRequested)
            {
                child.AskToEnd();
            }

            await WaitUntilReadyAsync(child);
            _exitCode = await child.Exited;
            return _exitCode > 128 ? $"was killed by signal {_exitCode - 128}" : $"ended with exit code {_exitCode}";
        }
        catch (Exception failure) when (failure is System.ComponentModel.Win32Exception or InvalidOperationException or IOException)
        {
            _exitCode = -1;
            return $"could not be started ({failure.Message})";
        }
        finally
        {
            _current = null;
        }
    }

    private async Task WaitUntilReadyAsync(ChildProcess child)
    {
        using var inTime = new CancellationTokenSource(spec.ReadyTimeout, time);
        Task first = await Task.WhenAny(child.Ready, child.Exited, Task.Delay(Timeout.InfiniteTimeSpan, time, inTime.Token));
        if (first == child.Ready)
        {
            _failures = 0;
            Note(await child.Ready, child.Id);
        }
        else if (first != child.Exited)
        {
            LogNotReady(logger, Role, spec.ReadyTimeout.TotalSeconds);
            child.End();
        }
    }

    private void Note(ReadyLine ready, int id)
    {
        bool moved = _firstReady.Task.IsCompletedSuccessfully && ready.ToString() != Listening.ToString();
        Listening = ready;
        LogReady(logger, Role, id);
        _firstReady.TrySetResult(ready);
        if (moved)
        {
            Moved?.Invoke();
        }
    }

    [LoggerMessage(EventId = 1100, Level = LogLevel.Debug, Message = "{Role} is ready (process {Id})")]
    private static partial void LogReady(ILogger logger, string role, int id);

    [LoggerMessage(EventId = 1101, Level = LogLevel.Warning, Message = "{Role} {How}; starting it again in {PauseMs} ms")]
    private static partial void LogEnded(ILogger logger, string role, string how, long pauseMs);

    [LoggerMessage(EventId = 1102, Level = LogLevel.Warning, Message = "{Role} was not ready after {Seconds} s and is ended")]
    private static partial void LogNotReady(ILogger logger, string role, double seconds);

    [LoggerMessage(EventId = 1103, Level = LogLevel.Warning, Message = "{Role} did not end in time and was ended by force")]
    private static partial void LogForced(ILogger logger, string role);
}
