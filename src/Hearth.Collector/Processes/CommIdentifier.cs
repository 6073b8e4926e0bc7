namespace Hearth.Collector.Processes;

/// <summary>Calls a process by the kernel's name of it: what is left when nothing more may be read.</summary>
internal sealed class CommIdentifier : IProcessIdentifier
{
    /// <inheritdoc/>
    public void Observe(ProcessEntry process)
    {
    }

    /// <inheritdoc/>
    public ProcessIdentity Identify(ProcessEntry process)
    {
        string name = process.IsKernel ? "kernel" : process.Comm.Length > 0 ? process.Comm : "unknown";
        return new ProcessIdentity(
            name, [new("process.executable.name", name), new("process.pid", (long)process.Pid)]);
    }
}
