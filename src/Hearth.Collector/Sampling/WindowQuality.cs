namespace Hearth.Collector.Sampling;

/// <summary>What went missing in a window, over all processes.</summary>
internal record struct WindowQuality
{
    /// <summary>Records the kernel could not write because a ring was full.</summary>
    public long Lost { get; set; }

    /// <summary>Times the kernel paused sampling.</summary>
    public long Throttled { get; set; }

    /// <summary>CPU time of the collector itself, nanoseconds.</summary>
    public long CollectorCpuNanos { get; set; }
}
