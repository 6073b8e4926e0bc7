namespace Hearth.Storage.Writing;

/// <summary>What the sender said about a profile's quality; bits of <see cref="ProfileRow.Flags"/>.</summary>
[Flags]
public enum ProfileFlags
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>The values are cumulative since the start of the process although the type is a delta.</summary>
    Cumulative = 1,

    /// <summary>Stacks beyond a limit were folded into an explicit "other" stack.</summary>
    OtherStack = 2,

    /// <summary>The sender gave no start; the time of receipt stands for it.</summary>
    TimeOfReceipt = 4,

    /// <summary>Samples with a negative value, or one too large to store, were left out.</summary>
    ValuesDropped = 8,

    /// <summary>More label combinations than allowed: some samples are in the profile's own series.</summary>
    SeriesMerged = 16,
}

/// <summary>A profile, for <see cref="ProfileRows"/>: written last, it is what makes its samples count as stored.</summary>
public readonly ref struct ProfileRow
{
    /// <summary>Tenant, UTF-8.</summary>
    public required ReadOnlySpan<byte> Tenant { get; init; }

    /// <summary>Service name, UTF-8.</summary>
    public required ReadOnlySpan<byte> Service { get; init; }

    /// <summary>Five-part profile type id, UTF-8.</summary>
    public required ReadOnlySpan<byte> ProfileType { get; init; }

    /// <summary>Series id.</summary>
    public required ulong Series { get; init; }

    /// <summary>Hash of the promoted labels.</summary>
    public required ulong Group { get; init; }

    /// <summary>Start, Unix nanoseconds, 1970 to 2105.</summary>
    public required long StartNanoseconds { get; init; }

    /// <summary>Identity: two rows with one identity are one profile sent twice.</summary>
    public required UInt128 Id { get; init; }

    /// <summary>Duration, nanoseconds.</summary>
    public ulong DurationNanoseconds { get; init; }

    /// <summary>Sampling period in the period's unit; 0 unknown.</summary>
    public long Period { get; init; }

    /// <summary>Sum of its samples' values.</summary>
    public required long Total { get; init; }

    /// <summary>Samples that were counted into it; its rows may be fewer, since equal stacks are added up.</summary>
    public required uint Samples { get; init; }

    /// <summary>Header id; 0 none.</summary>
    public ulong Header { get; init; }

    /// <summary>Who wrote it: instance name, UTF-8.</summary>
    public ReadOnlySpan<byte> Writer { get; init; }

    /// <summary>Samples the collector lost in its window.</summary>
    public ulong Lost { get; init; }

    /// <summary>Samples whose stack was cut off.</summary>
    public ulong Truncated { get; init; }

    /// <summary>Part of <see cref="Total"/> whose leaf has no name.</summary>
    public long Unnamed { get; init; }

    /// <summary>Quality.</summary>
    public ProfileFlags Flags { get; init; }

    /// <summary>Days it is kept: a retention class.</summary>
    public required ushort RetentionDays { get; init; }
}
