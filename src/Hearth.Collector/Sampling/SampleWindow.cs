using System.Runtime.InteropServices;
using Hearth.Collector.Processes;

namespace Hearth.Collector.Sampling;

/// <summary>
/// What was sampled between two times. Filled by the reading thread, then handed over as a whole to the one that names and
/// sends it, then used again.
/// </summary>
internal sealed class SampleWindow
{
    private static long s_lastId;
    private readonly List<WindowProcess> _processes = [];
    private long _id;

    /// <summary>Starts empty.</summary>
    public SampleWindow(int stacksMax) => Stacks = new StackTable(stacksMax);

    /// <summary>CLOCK_MONOTONIC nanoseconds of the first moment in it, and of the first one behind it.</summary>
    public WindowSpan Span { get; set; }

    /// <summary>Stacks and counts.</summary>
    public StackTable Stacks { get; }

    /// <summary>Frames of the stacks.</summary>
    public FrameTable Frames { get; } = new();

    /// <summary>What went missing.</summary>
    public WindowQuality Quality;

    /// <summary>Processes with samples.</summary>
    public ReadOnlySpan<WindowProcess> Processes => CollectionsMarshal.AsSpan(_processes);

    /// <summary>Samples of all processes.</summary>
    public long Samples { get; private set; }

    /// <summary>Begins again for another stretch of time.</summary>
    public void Reset(in WindowSpan span)
    {
        Span = span;
        _id = Interlocked.Increment(ref s_lastId);
        Stacks.Clear();
        Frames.Clear();
        _processes.Clear();
        Quality = default;
        Samples = 0;
    }

    /// <summary>The row of a process in this window.</summary>
    public int RowOf(ProcessEntry process)
    {
        if (process.WindowId == _id)
        {
            return process.WindowRow;
        }

        process.WindowId = _id;
        process.WindowRow = _processes.Count;
        _processes.Add(new WindowProcess { Entry = process });
        return process.WindowRow;
    }

    /// <summary>Counts samples of a stack, or of stacks past the bound (<paramref name="stack"/> below 0).</summary>
    public void Count(int process, int stack, long samples, bool truncated)
    {
        ref WindowProcess row = ref CollectionsMarshal.AsSpan(_processes)[process];
        row.Samples += samples;
        row.Truncated += truncated ? samples : 0;
        Samples += samples;
        if (stack < 0)
        {
            row.Other += samples;
        }
        else
        {
            Stacks[stack].Count += samples;
        }
    }
}
