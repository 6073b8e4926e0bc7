using Hearth.Profiles.Types;
using Hearth.Storage.Reading;

namespace Hearth.Query.Selecting;

/// <summary>How one profile type of a selection is read.</summary>
internal sealed class SelectionPlan
{
    /// <summary>The profile type.</summary>
    public required ProfileType Type { get; init; }

    /// <summary>The matching series; null when they were not needed to know what to read.</summary>
    public required IReadOnlyList<SeriesRow>? Series { get; init; }

    /// <summary>What to read, in disjoint parts; none when nothing matches.</summary>
    public required IReadOnlyList<SelectionPart> Parts { get; init; }

    /// <summary>Delta or gauge.</summary>
    public ProfileKind Kind => ProfileTypeRegistry.KindOf(Type);
}

/// <summary>Some services, and the part of them that is wanted: the store answers all but series from its hourly sums.</summary>
/// <param name="Services">Services.</param>
/// <param name="SeriesIds">Series; null for all.</param>
/// <param name="GroupIds">
/// Groups of series by promoted labels that hold exactly those series; null when no groups do. Cheaper than naming series.
/// </param>
internal sealed record SelectionPart(
    IReadOnlyList<string> Services, IReadOnlyList<ulong>? SeriesIds, IReadOnlyList<ulong>? GroupIds);
