namespace Hearth.Storage.Reading;

/// <summary>Which samples to sum.</summary>
public sealed class StackQuery
{
    /// <summary>Tenant.</summary>
    public required string Tenant { get; init; }

    /// <summary>Five-part profile type id.</summary>
    public required string ProfileType { get; init; }

    /// <summary>Services; at least one.</summary>
    public required IReadOnlyList<string> Services { get; init; }

    /// <summary>Time.</summary>
    public required TimeRange Range { get; init; }

    /// <summary>
    /// Series; null for all of the services. With this or <see cref="SpanIds"/> the hourly sums cannot answer, and every row is read.
    /// </summary>
    public IReadOnlyList<ulong>? SeriesIds { get; init; }

    /// <summary>Groups (hashes of the promoted labels); null for all.</summary>
    public IReadOnlyList<ulong>? GroupIds { get; init; }

    /// <summary>Local root spans; null for all samples, with a span or without.</summary>
    public IReadOnlyList<ulong>? SpanIds { get; init; }
}
