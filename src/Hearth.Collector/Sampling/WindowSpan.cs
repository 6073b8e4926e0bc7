namespace Hearth.Collector.Sampling;

/// <summary>A stretch of time on both clocks.</summary>
/// <param name="StartNanos">First moment, CLOCK_MONOTONIC nanoseconds.</param>
/// <param name="EndNanos">First moment behind it, CLOCK_MONOTONIC nanoseconds.</param>
/// <param name="StartUnixNanos">First moment on the wall clock, Unix nanoseconds.</param>
/// <param name="EndUnixNanos">First moment behind it on the wall clock, Unix nanoseconds.</param>
internal readonly record struct WindowSpan(ulong StartNanos, ulong EndNanos, long StartUnixNanos, long EndUnixNanos)
{
    /// <summary>Length on the wall clock, nanoseconds.</summary>
    public long DurationNanos => EndUnixNanos - StartUnixNanos;
}
