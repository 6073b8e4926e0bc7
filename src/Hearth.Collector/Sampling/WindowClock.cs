namespace Hearth.Collector.Sampling;

/// <summary>
/// Cuts time into windows that begin at multiples of their length on the wall clock. Samples carry CLOCK_MONOTONIC; the distance
/// of the two clocks is taken anew for every window. Windows follow each other without gap or overlap on the monotonic clock; a
/// wall clock that is slewed moves their ends by that much, one that is set makes one window shorter, and small differences
/// snap to the boundary so that every window still starts exactly there.
/// </summary>
internal sealed class WindowClock
{
    private const long SnapNanos = 500_000_000;
    private readonly TimeProvider _time;
    private readonly long _lengthNanos;

    /// <summary>Windows of <paramref name="seconds"/> seconds.</summary>
    public WindowClock(TimeProvider time, int seconds)
    {
        _time = time;
        _lengthNanos = seconds * 1_000_000_000L;
    }

    /// <summary>CLOCK_MONOTONIC nanoseconds (the provider's timestamp, which is that clock on Linux).</summary>
    public ulong NowNanos =>
        _time.TimestampFrequency == 1_000_000_000
            ? (ulong)_time.GetTimestamp()
            : (ulong)((Int128)_time.GetTimestamp() * 1_000_000_000 / _time.TimestampFrequency);

    /// <summary>The window that begins now and ends at the next boundary, or at the one after it when that is just ahead.</summary>
    public WindowSpan First() => StartingAt(NowNanos, snap: false);

    /// <summary>The window that follows another.</summary>
    public WindowSpan After(in WindowSpan previous) => StartingAt(previous.EndNanos, snap: true);

    /// <summary>The same window, ended now because the collector stops.</summary>
    public WindowSpan EndNow(in WindowSpan span)
    {
        ulong now = Math.Clamp(NowNanos, span.StartNanos, span.EndNanos);
        return span with { EndNanos = now, EndUnixNanos = span.StartUnixNanos + (long)(now - span.StartNanos) };
    }

    private WindowSpan StartingAt(ulong startNanos, bool snap)
    {
        long unixNow = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        long start = unixNow - (long)(NowNanos - startNanos);
        long into = start - (start / _lengthNanos * _lengthNanos);
        long boundary = start - into + _lengthNanos;
        if (boundary - start <= SnapNanos)
        {
            long wall = snap ? boundary : start;
            return Span(startNanos, start, wall, boundary + _lengthNanos);
        }

        return Span(startNanos, start, snap && into <= SnapNanos ? start - into : start, boundary);
    }

    private static WindowSpan Span(ulong startNanos, long start, long wall, long end) =>
        new(startNanos, startNanos + (ulong)(end - start), wall, end);
}
