using Hearth.Collector.Metering;
using Hearth.Collector.Perf;
using Hearth.Collector.Processes;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Collector.Sampling;

/// <summary>The reading thread of perf events: waits for the rings, merges them by time and hands the records to the intake.</summary>
internal sealed class PerfReader : IDisposable
{
    /// <summary>
    /// How old a record must be before it is handed over, nanoseconds. A CPU stamps a record and then writes it; an earlier one of
    /// another CPU may still be on its way for that long.
    /// </summary>
    public const ulong SlackNanos = 20_000_000;

    private const ulong RescanNanos = 1_000_000_000;
    private readonly PerfEvents _events;
    private readonly SampleIntake _intake;
    private readonly ProcessTable _processes;
    private readonly WindowClock _clock;
    private readonly RingMerge _merge = new();
    private readonly SafeFileHandle _wake = PerfNative.CreateWakeEvent();
    private readonly int _intervalMs;
    private PerfNative.PollDescriptor[] _descriptors = [];
    private long _lateCounted;
    private long _brokenCounted;
    private ulong _rescannedAt;
    private volatile bool _stopping;

    /// <summary>Prepares to read open events.</summary>
    public PerfReader(PerfEvents events, SampleIntake intake, ProcessTable processes, WindowClock clock, int intervalMs)
    {
        _events = events;
        _intake = intake;
        _processes = processes;
        _clock = clock;
        _intervalMs = intervalMs;
        _intake.Events = events;
    }

    /// <summary>Reads until <see cref="Stop"/>, then hands over the rest and closes the window. Blocks: has its own thread.</summary>
    public void Run()
    {
        // Events are on already, so what begins while procfs is read is in the rings.
        _processes.ReadAll();
        while (!_stopping)
        {
            Wait();
            ulong now = _clock.NowNanos;
            ulong watermark = now - SlackNanos;
            _merge.Drain(_events.Rings, watermark, _intake.Apply);
            _intake.CloseUntil(watermark);
            _processes.Sweep(watermark);
            if (now - _rescannedAt >= RescanNanos)
            {
                _rescannedAt = now;
                _events.Rescan(now, watermark);
                CountTroubles();
            }
        }

        _merge.Drain(_events.Rings, ulong.MaxValue, _intake.Apply);
        _intake.CloseLast();
    }

    /// <summary>Ends <see cref="Run"/>. Any thread.</summary>
    public void Stop()
    {
        _stopping = true;
        PerfNative.Signal(_wake);
    }

    /// <inheritdoc/>
    public void Dispose() => _wake.Dispose();

    private void CountTroubles()
    {
        CollectorMeter.Records("late", _merge.Late - _lateCounted);
        _lateCounted = _merge.Late;
        long broken = 0;
        foreach (PerfRing ring in _events.Rings)
        {
            broken += ring.Broken;
        }

        CollectorMeter.Records("broken", broken - _brokenCounted);
        _brokenCounted = broken;
    }

    private void Wait()
    {
        IReadOnlyList<PerfRing> rings = _events.Rings;
        if (_descriptors.Length != rings.Count + 1)
        {
            _descriptors = new PerfNative.PollDescriptor[rings.Count + 1];
        }

        _descriptors[0] = new PerfNative.PollDescriptor { Fd = (int)_wake.DangerousGetHandle(), Events = PerfNative.PollIn };
        for (int i = 0; i < rings.Count; i++)
        {
            _descriptors[i + 1] = new PerfNative.PollDescriptor { Fd = rings[i].Descriptor, Events = PerfNative.PollIn };
        }

        ulong now = _clock.NowNanos;
        ulong end = _intake.Window.Span.EndNanos + SlackNanos;
        int untilEnd = end <= now ? 0 : (int)Math.Min((end - now + 999_999) / 1_000_000, int.MaxValue);
        PerfNative.Wait(_descriptors, Math.Min(_intervalMs, untilEnd));
    }
}
