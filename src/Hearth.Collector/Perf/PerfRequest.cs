namespace Hearth.Collector.Perf;

/// <summary>What an event samples.</summary>
internal readonly record struct PerfRequest
{
    /// <summary>CPU nanoseconds between two samples.</summary>
    public required long PeriodNanos { get; init; }

    /// <summary>Data pages of a ring, a power of two.</summary>
    public required int RingPages { get; init; }

    /// <summary>Frames the kernel may deliver, 1..1 024; not above perf_event_max_stack.</summary>
    public required int FramesMax { get; init; }

    /// <summary>Leave out kernel mode: samples taken there are not delivered at all.</summary>
    public bool UserOnly { get; init; }

    /// <summary>Children of the target are sampled too.</summary>
    public bool Inherit { get; init; }

    /// <summary>Ask for ksymbol records (since Linux 5.1).</summary>
    public bool KernelSymbols { get; init; }

    /// <summary>A ring that holds this many unread bytes wakes the reader.</summary>
    public int WakeupBytes => RingPages * Environment.SystemPageSize / 2;
}
