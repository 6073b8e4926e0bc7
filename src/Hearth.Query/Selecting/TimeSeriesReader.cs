using Hearth.Profiles.Labels;
using Hearth.Profiles.Types;
using Hearth.Storage.Reading;
using Hearth.Wire.Rpc;
using Microsoft.Extensions.DependencyInjection;

namespace Hearth.Query.Selecting;

/// <summary>
/// Reads charts. A point of a delta type is the sum of all values in its bucket (see <see cref="TimeGrid"/>). A gauge describes what
/// there is at a moment, so its point is, for each series, the mean of the snapshots in the bucket, summed over series.
/// </summary>
internal sealed class TimeSeriesReader(
    [FromKeyedServices(SeriesSelector.ReaderKey)] ProfileReader reader, SeriesSelector selector, QueryOptions options)
{
    /// <summary>The lines of a chart, largest sum first, then by labels.</summary>
    /// <param name="tenant">Tenant.</param>
    /// <param name="selection">What is asked for; it names a profile type.</param>
    /// <param name="grid">Buckets.</param>
    /// <param name="groupBy">Labels that tell lines apart; none for one line without labels.</param>
    /// <param name="limit">Lines kept; 0 for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="RpcException">The chart would have more points than one query may return.</exception>
    public async Task<IReadOnlyList<TimeSeries>> ReadAsync(
        string tenant, Selection selection, TimeGrid grid, IReadOnlyList<string> groupBy, int limit, CancellationToken cancellationToken)
    {
        SelectionPlan plan = await selector
            .PlanAsync(tenant, selection, grid.Range, groupBy.Count > 0, cancellationToken).ConfigureAwait(false);
        Dictionary<ulong, LabelSet> groups = Groups(plan, groupBy);
        Dictionary<LabelSet, Dictionary<long, double>> lines = [];
        int points = 0;
        foreach (SelectionPart part in plan.Parts)
        {
            IReadOnlyList<TotalRow> rows = await TotalsAsync(tenant, plan, part, grid, cancellationToken).ConfigureAwait(false);
            foreach ((ulong series, long timestamp, double value) in Values(plan.Kind, rows, grid))
            {
                LabelSet labels = groups.GetValueOrDefault(series, LabelSet.Empty);
                if (!lines.TryGetValue(labels, out Dictionary<long, double>? line))
                {
                    lines.Add(labels, line = []);
                }

                points += line.ContainsKey(timestamp) ? 0 : 1;
                line[timestamp] = line.GetValueOrDefault(timestamp) + value;
            }

            if (points > options.PointsMax)
            {
                throw new RpcException(
                    RpcCode.ResourceExhausted,
                    $"The chart has more than {options.PointsMax} points; ask for a larger step or fewer groups.");
            }
        }

        return Ranked(lines, limit);
    }

    private Task<IReadOnlyList<TotalRow>> TotalsAsync(
        string tenant, SelectionPlan plan, SelectionPart part, TimeGrid grid, CancellationToken cancellationToken)
    {
        TotalsQuery query = new()
        {
            Tenant = tenant,
            ProfileType = plan.Type.Id,
            Services = part.Services,
            Range = grid.Range.Slots,
            SeriesIds = part.SeriesIds,
            StepSeconds = grid.StoreStepSeconds,
        };
        return reader.TotalsAsync(query, cancellationToken);
    }

    private static IEnumerable<(ulong Series, long Timestamp, double Value)> Values(
        ProfileKind kind, IReadOnlyList<TotalRow> rows, TimeGrid grid)
    {
        if (kind == ProfileKind.Delta)
        {
            foreach (TotalRow row in rows)
            {
                yield return (row.Series, grid.TimestampOf(row.Seconds), row.Sum);
            }

            yield break;
        }

        Dictionary<(ulong Series, long Timestamp), (double Sum, long Profiles)> snapshots = [];
        foreach (TotalRow row in rows)
        {
            (ulong, long) key = (row.Series, grid.TimestampOf(row.Seconds));
            (double sum, long profiles) = snapshots.GetValueOrDefault(key);
            snapshots[key] = (sum + row.Sum, profiles + row.Profiles);
        }

        foreach (((ulong series, long timestamp), (double sum, long profiles)) in snapshots)
        {
            yield return (series, timestamp, sum / Math.Max(profiles, 1));
        }
    }

    // A series id is a hash of all labels, the service included: it is enough to tell series of all services apart.
    private static Dictionary<ulong, LabelSet> Groups(SelectionPlan plan, IReadOnlyList<string> groupBy)
    {
        Dictionary<ulong, LabelSet> groups = [];
        if (groupBy.Count == 0 || plan.Series is null)
        {
            return groups;
        }

        LabelSet.Builder builder = new();
        foreach (SeriesRow row in plan.Series)
        {
            SeriesLabels series = new(row);
            builder.Clear();
            foreach (string name in groupBy)
            {
                builder.Set(name, series.ValueOf(name));
            }

            groups[row.Series] = builder.Build();
        }

        return groups;
    }

    private static List<TimeSeries> Ranked(Dictionary<LabelSet, Dictionary<long, double>> lines, int limit)
    {
        IEnumerable<TimeSeries> ranked = lines
            .Select(line => new TimeSeries(
                line.Key, [.. line.Value.OrderBy(point => point.Key).Select(point => new SeriesPoint(point.Key, point.Value))]))
            .OrderByDescending(line => line.Total)
            .ThenBy(line => line.Labels, LabelOrder.Instance);
        return [.. limit > 0 ? ranked.Take(limit) : ranked];
    }
}
