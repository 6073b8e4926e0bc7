namespace Hearth.Collector.Processes;

/// <summary>
/// One program in one process: from fork or exec to the next exec or exit. A pid that executes another program, or is used
/// again, gets a new entry, so everything learned about an entry stays true for it.
/// </summary>
internal sealed class ProcessEntry
{
    private volatile bool _exited;
    private volatile string _comm;

    /// <summary>Describes a process.</summary>
    public ProcessEntry(int pid, string comm, MappingTable maps, bool isKernel = false)
    {
        Pid = pid;
        _comm = comm;
        Maps = maps;
        IsKernel = isKernel;
    }

    /// <summary>Process id in the collector's pid namespace; 0 for the one entry that stands for all kernel threads.</summary>
    public int Pid { get; }

    /// <summary>True for the entry that stands for all kernel threads.</summary>
    public bool IsKernel { get; }

    /// <summary>The kernel's name of the main thread, at most 15 bytes; target's text, control characters replaced.</summary>
    public string Comm
    {
        get => _comm;
        set => _comm = value;
    }

    /// <summary>Executable ranges.</summary>
    public MappingTable Maps { get; }

    /// <summary>
    /// Field 22 of /proc/pid/stat, clock ticks since boot, read at the first sample: a later read that tells another number
    /// is about another process. 0 when the process was gone by then.
    /// </summary>
    public ulong StartTicks { get; set; }

    /// <summary>The process this one was forked from, as long as neither has executed another program or is forgotten.</summary>
    public ProcessEntry? ForkedFrom { get; set; }

    /// <summary>True once the kernel reported the exit, or the pid has another program: /proc/pid is about something else now.</summary>
    public bool Exited => _exited;

    /// <summary>True once a sample was taken here.</summary>
    public bool Sampled { get; set; }

    /// <summary>CLOCK_MONOTONIC nanoseconds of the exit.</summary>
    public ulong ExitedAtNanos { get; private set; }

    /// <summary>CLOCK_MONOTONIC nanoseconds of the last sample or event: the order in which a full table forgets.</summary>
    public ulong LastSeenNanos { get; set; }

    /// <summary>CLOCK_MONOTONIC nanoseconds of the last read of /proc/pid/maps; 0 never.</summary>
    public ulong MapsReadAtNanos { get; set; }

    /// <summary>What the identifier found out; kept here so that it lives as long as the process.</summary>
    public ProcessIdentity? Identity { get; set; }

    /// <summary>Whatever the symbolizer remembers about this process (perf map, runtime). Touched by the symbolizer alone.</summary>
    public object? SymbolState { get; set; }

    /// <summary>The window that last counted a sample here; touched by the reading thread alone.</summary>
    public long WindowId { get; set; }

    /// <summary>Row in that window.</summary>
    public int WindowRow { get; set; }

    /// <summary>Notes the exit.</summary>
    public void MarkExited(ulong nanos)
    {
        ExitedAtNanos = nanos;
        _exited = true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Comm}[{Pid}]";
}
