namespace Hearth.Spool;

/// <summary>A record that waits for its sync, or a request to close the open segment.</summary>
internal sealed class PendingAppend(ReadOnlyMemory<byte> payload, bool closeSegment)
{
    public ReadOnlyMemory<byte> Payload { get; } = payload;

    public bool CloseSegment { get; } = closeSegment;

    public TaskCompletionSource<AppendResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
