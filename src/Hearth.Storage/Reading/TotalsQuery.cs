namespace Hearth.Storage.Reading;

/// <summary>Which profiles to total over time.</summary>
public sealed class TotalsQuery
{
    /// <summary>Tenant.</summary>
    public required string Tenant { get; init; }

    /// <summary>Five-part profile type id.</summary>
    public required string ProfileType { get; init; }

    /// <summary>Services; at least one.</summary>
    public required IReadOnlyList<string> Services { get; init; }

    /// <summary>Time.</summary>
    public required TimeRange Range { get; init; }

    /// <summary>Length of a step, seconds, at least 1; the first step starts where the range does.</summary>
    public required long StepSeconds { get; init; }

    /// <summary>Series; null for all of the services.</summary>
    public IReadOnlyList<ulong>? SeriesIds { get; init; }
}
