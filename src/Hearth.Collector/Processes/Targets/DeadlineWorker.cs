using System.Diagnostics;

namespace Hearth.Collector.Processes.Targets;

/// <summary>
/// One thread for work that another process can make hang: opening and reading files that may lie on a file system of its
/// own making, reading its memory, talking to its runtime. Work past the deadline is left behind with its thread and a new thread
/// takes over; at most <see cref="StuckMax"/> threads are left behind at a time, then everything is refused until one comes back.
/// </summary>
internal sealed class DeadlineWorker : IDisposable
{
    /// <summary>Threads that may hang at a time.</summary>
    public const int StuckMax = 4;

    /// <summary>Posted work that waits; more is refused.</summary>
    public const int QueueMax = 1024;

    private readonly Lock _gate = new();
    private readonly Queue<Work> _urgent = new();
    private readonly Queue<Work> _posted = new();
    private readonly SemaphoreSlim _available = new(0);
    private readonly string _name;
    private readonly TimeSpan _deadline;
    private Lane? _lane;
    private int _stuck;
    private bool _disposed;

    /// <summary>Names the thread and sets how long one piece of work may take.</summary>
    public DeadlineWorker(string name, TimeSpan deadline)
    {
        _name = name;
        _deadline = deadline;
    }

    /// <summary>Pieces of work that were left behind, ever.</summary>
    public long Abandoned { get; private set; }

    /// <summary>Pieces of work that threw, ever.</summary>
    public long Failed { get; private set; }

    /// <summary>Queues work and returns. False: refused, because the queue is full or every thread hangs.</summary>
    public bool TryPost(Action action)
    {
        lock (_gate)
        {
            if (!EnsureLane() || _posted.Count >= QueueMax)
            {
                return false;
            }

            _posted.Enqueue(new Work(action, null));
        }

        _available.Release();
        return true;
    }

    /// <summary>
    /// Runs work ahead of what is posted and waits for it. False: refused, failed, or not done in time; then it may still run,
    /// so it must publish its result in one step and own what it touches.
    /// </summary>
    public bool TryRun(Action action) => TryRun(action, _urgent, _deadline, patience: 3);

    /// <summary>Waits until everything that is posted by now is done; false when that took longer than given.</summary>
    public bool WaitForPosted(TimeSpan wait) => TryRun(static () => { }, _posted, wait, patience: 1);

    /// <summary>Refuses work from now on; the thread ends after what it is doing. Waits for nothing.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _lane = null;
        }

        _available.Release();
    }

    private bool TryRun(Action action, Queue<Work> queue, TimeSpan wait, int patience)
    {
        using var done = new ManualResetEventSlim();
        var work = new Work(action, done);
        lock (_gate)
        {
            if (!EnsureLane())
            {
                return false;
            }

            queue.Enqueue(work);
        }

        _available.Release();

        // More than once: first for what runs now, then for the work itself.
        for (; patience > 0; patience--)
        {
            if (done.Wait(wait))
            {
                break;
            }

            lock (_gate)
            {
                if (!EnsureLane())
                {
                    break;
                }
            }

            if (work.Started)
            {
                break;
            }
        }

        return work.Cancel();
    }

    // Under the lock. Leaves a thread behind whose work is past the deadline, and sees to it that there is one.
    private bool EnsureLane()
    {
        if (_disposed)
        {
            return false;
        }

        if (_lane is { } lane && lane.StartedAt is var started and not 0 && Stopwatch.GetElapsedTime(started) > _deadline)
        {
            Abandoned++;
            _stuck++;
            _lane = null;
        }

        if (_lane is null && _stuck < StuckMax)
        {
            _lane = new Lane();
            new Thread(Run) { IsBackground = true, Name = _name }.Start(_lane);
        }

        return _lane is not null;
    }

    private void Run(object? argument)
    {
        var lane = (Lane)argument!;
        while (true)
        {
            _available.Wait();
            Work? work;
            lock (_gate)
            {
                if (_lane != lane)
                {
                    // Not ours any more: the signal is for the thread that took over.
                    _available.Release();
                    return;
                }

                if (!_urgent.TryDequeue(out work) && !_posted.TryDequeue(out work))
                {
                    continue;
                }

                lane.StartedAt = Stopwatch.GetTimestamp();
            }

            bool succeeded = Execute(work);
            lock (_gate)
            {
                lane.StartedAt = 0;
                Failed += succeeded ? 0 : 1;
                if (_lane != lane)
                {
                    _stuck -= _disposed ? 0 : 1;
                    return;
                }
            }
        }
    }

    private static bool Execute(Work work)
    {
        try
        {
            return work.Run();
        }
        catch (Exception)
        {
            // The loop of this role: whatever another process's bytes bring about must not end the thread that reads them.
            return false;
        }
        finally
        {
            work.Finish();
        }
    }

    private sealed class Lane
    {
        /// <summary>When the running work began; 0 when idle.</summary>
        public long StartedAt;
    }

    private sealed class Work(Action action, ManualResetEventSlim? done)
    {
        private readonly Lock _gate = new();
        private bool _cancelled;

        public bool Started { get; private set; }

        public bool Succeeded { get; private set; }

        public bool Run()
        {
            lock (_gate)
            {
                if (_cancelled)
                {
                    return true;
                }

                Started = true;
            }

            action();
            Succeeded = true;
            return true;
        }

        /// <summary>Gives up waiting; returns whether the work had succeeded by then.</summary>
        public bool Cancel()
        {
            lock (_gate)
            {
                _cancelled = true;
                return Succeeded;
            }
        }

        public void Finish()
        {
            lock (_gate)
            {
                if (!_cancelled)
                {
                    done?.Set();
                }
            }
        }
    }
}
