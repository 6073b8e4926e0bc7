using Hearth.Profiles.Labels;

namespace Hearth.Query.Selecting;

/// <summary>One line of a chart.</summary>
/// <param name="Labels">The labels it is grouped by, named as the caller named them; those its series lack are absent.</param>
/// <param name="Points">Its points in time order; buckets without a profile have none.</param>
internal sealed record TimeSeries(LabelSet Labels, IReadOnlyList<SeriesPoint> Points)
{
    /// <summary>Sum of all points: what lines are ranked by.</summary>
    public double Total { get; } = Points.Sum(point => point.Value);
}
