using Hearth.Native.Bytes;

namespace Hearth.Collector.Processes.Targets;

/// <summary>An opened file of another process: regular, of a checked size, opened so that no read can wait for a writer.</summary>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Status">What it was when it was opened.</param>
/// <param name="IsLocal">
/// True when the file system is one that only the kernel and its disk answer for, so that reads need no deadline.
/// </param>
internal sealed record TargetFile(FileBytes Bytes, FileStatus Status, bool IsLocal) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Bytes.Dispose();
}
