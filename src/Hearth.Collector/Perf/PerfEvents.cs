namespace Hearth.Collector.Perf;

/// <summary>The open events and their rings. Used by the reading thread alone.</summary>
internal abstract class PerfEvents : IDisposable
{
    /// <summary>How much these events see.</summary>
    public abstract PerfMode Mode { get; }

    /// <summary>One ring per CPU.</summary>
    public abstract IReadOnlyList<PerfRing> Rings { get; }

    /// <summary>Follows what changed since the last call: CPUs that came or went, new processes. Called about once a second.</summary>
    /// <param name="nowNanos">CLOCK_MONOTONIC nanoseconds.</param>
    /// <param name="watermarkNanos">Records up to this time have been handed over.</param>
    public abstract void Rescan(ulong nowNanos, ulong watermarkNanos);

    /// <summary>A fork record was read.</summary>
    public virtual void ProcessStarted(int pid)
    {
    }

    /// <summary>An exit record of a process was read.</summary>
    public virtual void ProcessExited(int pid)
    {
    }

    /// <inheritdoc/>
    public abstract void Dispose();
}
