using Hearth.Collector.Processes;

namespace Hearth.Collector.Sampling;

/// <summary>A process in a window.</summary>
internal struct WindowProcess
{
    /// <summary>Which.</summary>
    public ProcessEntry Entry;

    /// <summary>All its samples.</summary>
    public long Samples;

    /// <summary>Samples of stacks past the bound.</summary>
    public long Other;

    /// <summary>Samples whose stack misses its root end.</summary>
    public long Truncated;
}
