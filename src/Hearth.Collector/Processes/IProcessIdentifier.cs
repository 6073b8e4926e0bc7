namespace Hearth.Collector.Processes;

/// <summary>Finds out who a process is: an edge, since it reads what other processes say about themselves.</summary>
internal interface IProcessIdentifier
{
    /// <summary>
    /// A process got its first sample. Called on the reading thread: returns at once and queues what takes longer (bounded),
    /// because a short-lived process is gone before its window closes.
    /// </summary>
    void Observe(ProcessEntry process);

    /// <summary>
    /// The identity as it is known now; called when a window closes, on the symbolising thread, once per process and window.
    /// Falls back to <see cref="ProcessEntry.ForkedFrom"/> and the executable's name for a process that is gone. Does not throw.
    /// </summary>
    ProcessIdentity Identify(ProcessEntry process);
}
