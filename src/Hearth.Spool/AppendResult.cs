namespace Hearth.Spool;

/// <summary>The answer to an append.</summary>
/// <param name="Status">What became of the record.</param>
/// <param name="Segment">Id of the segment it is in; 0 when it was not stored.</param>
/// <param name="Reason">A sentence when it was not stored; empty otherwise.</param>
public readonly record struct AppendResult(AppendStatus Status, ulong Segment, string Reason)
{
    /// <summary>True when the record is durable.</summary>
    public bool IsStored => Status == AppendStatus.Stored;
}
