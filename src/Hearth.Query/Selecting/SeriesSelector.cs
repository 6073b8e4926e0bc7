using Hearth.Profiles.Labels;
using Hearth.Profiles.Types;
using Hearth.Storage.Reading;
using Hearth.Wire.Rpc;
using Microsoft.Extensions.DependencyInjection;

namespace Hearth.Query.Selecting;

/// <summary>Finds the series a selection matches and the cheapest way to read them.</summary>
internal sealed class SeriesSelector(
    [FromKeyedServices(SeriesSelector.ReaderKey)] ProfileReader reader, QueryOptions options)
{
    /// <summary>Key under which the host's services hold the store's reader that fails rather than reads too much.</summary>
    public const string ReaderKey = "query";

    /// <summary>The series that match, with every label they answer to.</summary>
    /// <exception cref="RpcException">More series match than one query may select.</exception>
    public async Task<List<SeriesLabels>> MatchAsync(
        string tenant, Selection selection, QueryRange range, CancellationToken cancellationToken)
    {
        IReadOnlyList<SeriesRow> rows = await ListAsync(tenant, selection, range, cancellationToken).ConfigureAwait(false);
        List<SeriesLabels> matching = [];
        foreach (SeriesRow row in rows)
        {
            SeriesLabels series = new(row);
            if (series.Matches(selection.Matchers))
            {
                matching.Add(series);
            }
        }

        return matching;
    }

    /// <summary>
    /// How to read a selection of one profile type. A service of which every series matches is read whole; one of which whole
    /// groups match is read by group; only otherwise series are named.
    /// </summary>
    /// <param name="tenant">Tenant.</param>
    /// <param name="selection">What is asked for; it names a profile type.</param>
    /// <param name="range">Time.</param>
    /// <param name="needsSeries">Whether the caller needs the series' labels in any case.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<SelectionPlan> PlanAsync(
        string tenant, Selection selection, QueryRange range, bool needsSeries, CancellationToken cancellationToken)
    {
        ProfileType type = selection.Type ?? throw new ArgumentException("The selection names no profile type.", nameof(selection));
        if (!needsSeries && selection.Service is { } service && selection.SelectsWholeServices)
        {
            SeriesLabels any = new(new SeriesRow(service, type.Id, 0, 0, LabelSet.Empty));
            bool matches = any.Matches(selection.Matchers);
            return new SelectionPlan { Type = type, Series = null, Parts = matches ? [new SelectionPart([service], null, null)] : [] };
        }

        IReadOnlyList<SeriesRow> rows = await ListAsync(tenant, selection, range, cancellationToken).ConfigureAwait(false);
        List<SeriesRow> matching = [.. rows.Where(row => new SeriesLabels(row).Matches(selection.Matchers))];
        if (matching.Count > options.SeriesMax)
        {
            throw new RpcException(
                RpcCode.ResourceExhausted, $"The selector matches {matching.Count} series; one query may select {options.SeriesMax}.");
        }

        return new SelectionPlan { Type = type, Series = matching, Parts = Split(rows, matching) };
    }

    private static List<SelectionPart> Split(IReadOnlyList<SeriesRow> rows, List<SeriesRow> matching)
    {
        List<SelectionPart> parts = [];
        List<string> whole = [];
        ILookup<string, SeriesRow> all = rows.ToLookup(row => row.Service, StringComparer.Ordinal);
        foreach (IGrouping<string, SeriesRow> service in matching.GroupBy(row => row.Service, StringComparer.Ordinal))
        {
            HashSet<ulong> wanted = [.. service.Select(row => row.Series)];
            SeriesRow[] rest = [.. all[service.Key].Where(row => !wanted.Contains(row.Series))];
            if (rest.Length == 0)
            {
                whole.Add(service.Key);
                continue;
            }

            HashSet<ulong> groups = [.. service.Select(row => row.Group)];
            bool areWhole = !Array.Exists(rest, row => groups.Contains(row.Group));
            parts.Add(new SelectionPart([service.Key], [.. wanted.Order()], areWhole ? [.. groups.Order()] : null));
        }

        if (whole.Count > 0)
        {
            whole.Sort(StringComparer.Ordinal);
            parts.Insert(0, new SelectionPart(whole, null, null));
        }

        return parts;
    }

    private Task<IReadOnlyList<SeriesRow>> ListAsync(
        string tenant, Selection selection, QueryRange range, CancellationToken cancellationToken) =>
        reader.ListSeriesAsync(tenant, selection.Type?.Id, selection.Service, range.Slots, cancellationToken);
}
