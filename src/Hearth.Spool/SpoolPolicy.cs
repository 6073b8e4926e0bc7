namespace Hearth.Spool;

/// <summary>What a full spool does with the next record.</summary>
public enum SpoolPolicy
{
    /// <summary>Refuses it: the sender is told to come again. For an acknowledging service.</summary>
    Refuse,

    /// <summary>Gives up the oldest segment and counts what was in it. For a sender that must not stop.</summary>
    DropOldest,
}
