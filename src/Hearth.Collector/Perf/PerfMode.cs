namespace Hearth.Collector.Perf;

/// <summary>How much the kernel lets the collector see, most first.</summary>
internal enum PerfMode
{
    /// <summary>Every process on every CPU, kernel and user space.</summary>
    SystemWide,

    /// <summary>Every process on every CPU, user space only: time spent in the kernel is missing.</summary>
    SystemWideUser,

    /// <summary>The processes of the collector's own user, user space only.</summary>
    OwnProcesses,

    /// <summary>No stacks at all: CPU time per process and thread as /proc counts it.</summary>
    Accounting,
}
