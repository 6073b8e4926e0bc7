using Hearth.Collector.Processes;

namespace Hearth.Collector.Unwind;

/// <summary>
/// Names addresses: an edge, since it reads files and memory of other processes. Asked once per distinct address and window,
/// when the window closes; it keeps its own bounded caches between windows.
/// </summary>
internal interface ISymbolizer
{
    /// <summary>
    /// A process got its first sample. Called on the reading thread: returns at once and queues what takes longer (bounded):
    /// opening files while they are there, finding the runtime, switching a perf map on.
    /// </summary>
    void Observe(ProcessEntry process);

    /// <summary>A sampled process exited or executed another program. Called on the reading thread: returns at once.</summary>
    void Exited(ProcessEntry process);

    /// <summary>
    /// The addresses of a window follow; called on the symbolising thread. The place to re-read what grows (perf maps, kallsyms).
    /// </summary>
    /// <param name="processes">Every process with samples in the window.</param>
    /// <param name="cancellation">Ends at shutdown.</param>
    void BeginWindow(IReadOnlyList<ProcessEntry> processes, CancellationToken cancellation);

    /// <summary>
    /// Names a user address. Called on the symbolising thread.
    /// </summary>
    /// <param name="process">A process that has the mapping; for shared files the one that was sampled there last.</param>
    /// <param name="mapping">The mapping as it was when the sample was taken.</param>
    /// <param name="address">
    /// Address in the process, inside <paramref name="mapping"/>. One less than a return address for callers, so that it lies
    /// inside the call instruction.
    /// </param>
    /// <param name="location">Receives names, frame type, build id.</param>
    /// <returns>True when the address got a name; false: the frame stays mapping and offset, and is counted as unnamed.</returns>
    bool ResolveUser(ProcessEntry process, in ProcessMapping mapping, ulong address, LocationBuilder location);

    /// <summary>Names a kernel address; as <see cref="ResolveUser"/>.</summary>
    bool ResolveKernel(ulong address, LocationBuilder location);

    /// <summary>The kernel loaded or removed code (ksymbol record): re-read kernel symbols before the next window. Any thread.</summary>
    void KernelSymbolsChanged();
}
