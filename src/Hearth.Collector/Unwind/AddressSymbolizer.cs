using Hearth.Collector.Processes;

namespace Hearth.Collector.Unwind;

/// <summary>Names nothing: frames stay mapping and file offset, to be named where the symbols are.</summary>
internal sealed class AddressSymbolizer : ISymbolizer
{
    /// <inheritdoc/>
    public void Observe(ProcessEntry process)
    {
    }

    /// <inheritdoc/>
    public void Exited(ProcessEntry process)
    {
    }

    /// <inheritdoc/>
    public void BeginWindow(IReadOnlyList<ProcessEntry> processes, CancellationToken cancellation)
    {
    }

    /// <inheritdoc/>
    public bool ResolveUser(ProcessEntry process, in ProcessMapping mapping, ulong address, LocationBuilder location) => false;

    /// <inheritdoc/>
    public bool ResolveKernel(ulong address, LocationBuilder location) => false;

    /// <inheritdoc/>
    public void KernelSymbolsChanged()
    {
    }
}
