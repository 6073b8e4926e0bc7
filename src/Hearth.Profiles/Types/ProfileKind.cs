namespace Hearth.Profiles.Types;

/// <summary>How values of a profile type behave over time.</summary>
public enum ProfileKind
{
    /// <summary>What happened during the profile (CPU time, bytes allocated): adds up over time.</summary>
    Delta,

    /// <summary>
    /// What there was at one moment (live heap, goroutines): never summed over time. A point or a graph is the mean of a
    /// series' snapshots, summed over series.
    /// </summary>
    Gauge,
}
