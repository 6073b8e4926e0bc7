using Hearth.Collector.Processes;

namespace Hearth.Collector.Sampling;

/// <summary>
/// The source when the kernel allows no perf events at all: CPU time per process as /proc counts it, in clock ticks, split into
/// user and kernel mode. No stacks, but every process and the right amounts. One "sample" is one tick.
/// </summary>
internal sealed class AccountingReader
{
    /// <summary>Clock ticks per second that procfs counts in: USER_HZ, 100 on every architecture .NET runs on.</summary>
    public const int TicksPerSecond = 100;

    private const int IntervalMs = 1000;
    private readonly ProcReader _reader;
    private readonly ProcessTable _processes;
    private readonly SampleIntake _intake;
    private readonly WindowClock _clock;
    private readonly Dictionary<int, Last> _last = [];
    private readonly List<int> _gone = [];
    private readonly TimeProvider _time;
    private long _turn;

    /// <summary>Prepares to read procfs.</summary>
    public AccountingReader(ProcReader reader, ProcessTable processes, SampleIntake intake, WindowClock clock, TimeProvider time)
    {
        _reader = reader;
        _processes = processes;
        _intake = intake;
        _clock = clock;
        _time = time;
    }

    /// <summary>CPU nanoseconds of one tick.</summary>
    public static long PeriodNanos => 1_000_000_000L / TicksPerSecond;

    /// <summary>Reads once a second until cancelled, then closes the window.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(IntervalMs), _time);
        Read();
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false))
            {
                Read();
                _intake.CloseUntil(_clock.NowNanos);
                _processes.Sweep(_clock.NowNanos);
            }
        }
        catch (OperationCanceledException)
        {
            // The way this loop ends.
        }

        Read();
        _intake.CloseLast();
    }

    /// <summary>Adds what every process used since the last call. A process seen for the first time only sets its starting point.</summary>
    public void Read()
    {
        _turn++;
        ulong now = _clock.NowNanos;
        foreach (int pid in _reader.ListProcesses())
        {
            if (!_reader.TryReadStat(pid, out ProcStat stat))
            {
                continue;
            }

            bool known = _last.TryGetValue(pid, out Last last) && last.StartTicks == stat.StartTicks;
            if (known)
            {
                Count(pid, stat, stat.UserTicks - last.UserTicks, "[user]", now);
                Count(pid, stat, stat.SystemTicks - last.SystemTicks, "[kernel]", now);
            }
            else if (_last.Count > 0 && _turn > 1)
            {
                // Began since the last look: all it used lies in between.
                Count(pid, stat, stat.UserTicks, "[user]", now);
                Count(pid, stat, stat.SystemTicks, "[kernel]", now);
            }

            _last[pid] = new Last(stat.StartTicks, stat.UserTicks, stat.SystemTicks, _turn);
        }

        Forget();
    }

    private void Count(int pid, in ProcStat stat, ulong ticks, string mode, ulong now)
    {
        if (ticks == 0 || (long)ticks < 0)
        {
            return;
        }

        ProcessEntry process = _intake.Attribute(pid, now);
        if (process.StartTicks != 0 && process.StartTicks != stat.StartTicks)
        {
            _processes.Exit(pid, now);
            _processes.Sweep(now + ProcessTable.ExitGraceNanos);
            process = _intake.Attribute(pid, now);
        }

        SampleWindow window = _intake.Window;
        int row = window.RowOf(process);
        ReadOnlySpan<ulong> key = [mode == "[user]" ? 1UL : 2UL, (ulong)pid];
        int stack = window.Stacks.Find(row, 0, key, 0, out ulong hash);
        if (stack < 0 && !window.Stacks.IsFull)
        {
            ReadOnlySpan<int> frames = [window.Frames.GetMarker(mode), window.Frames.GetMarker(stat.Comm)];
            stack = window.Stacks.Add(row, 0, key, 0, frames, hash);
        }

        window.Count(row, stack, (long)ticks, truncated: false);
    }

    private void Forget()
    {
        _gone.Clear();
        foreach ((int pid, Last last) in _last)
        {
            if (last.Turn != _turn)
            {
                _gone.Add(pid);
            }
        }

        foreach (int pid in _gone)
        {
            _last.Remove(pid);
            _processes.Exit(pid, _clock.NowNanos);
        }
    }

    private readonly record struct Last(ulong StartTicks, ulong UserTicks, ulong SystemTicks, long Turn);
}
