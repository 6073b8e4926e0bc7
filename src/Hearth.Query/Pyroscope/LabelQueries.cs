using Hearth.Profiles.Labels;
using Hearth.Profiles.Types;
using Hearth.Query.Pyroscope.Messages.Querier;
using Hearth.Query.Pyroscope.Messages.Types;
using Hearth.Query.Selecting;
using Hearth.Storage.Reading;
using Microsoft.Extensions.DependencyInjection;
using ProfileTypeMessage = Hearth.Query.Pyroscope.Messages.Types.ProfileType;
using ProfileType = Hearth.Profiles.Types.ProfileType;

namespace Hearth.Query.Pyroscope;

/// <summary>The methods that list what there is: profile types, labels, series, statistics.</summary>
internal sealed class LabelQueries(
    [FromKeyedServices(SeriesSelector.ReaderKey)] ProfileReader reader, SeriesSelector selector, RequestReader requests)
{
    /// <summary>
    /// Profile types in range. A data source is tested with a range of four seconds in 1970 or with none at all: no range is ever
    /// refused, and a missing bound means all that is stored.
    /// </summary>
    public async Task<ProfileTypesResponse> ProfileTypesAsync(
        string tenant, ProfileTypesRequest request, CancellationToken cancellationToken)
    {
        TimeRange? range = request.Start == 0 || request.End == 0
            ? null
            : TimeRange.OfMilliseconds(request.Start, request.End);
        ProfileTypesResponse response = new();
        foreach (string id in await reader.ListProfileTypesAsync(tenant, range, cancellationToken).ConfigureAwait(false))
        {
            if (ProfileType.TryParse(id, out ProfileType type))
            {
                response.ProfileTypes.Add(new ProfileTypeMessage
                {
                    ID = type.Id,
                    Name = type.Name,
                    SampleType = type.SampleType,
                    SampleUnit = type.SampleUnit,
                    PeriodType = type.PeriodType,
                    PeriodUnit = type.PeriodUnit,
                });
            }
        }

        return response;
    }

    /// <summary>Names of labels on matching series, sorted.</summary>
    public async Task<LabelNamesResponse> LabelNamesAsync(
        string tenant, LabelNamesRequest request, bool anyName, CancellationToken cancellationToken)
    {
        QueryRange range = RequestReader.Range(request.Start, request.End);
        Selection selection = requests.Matchers(request.Matchers);
        SortedSet<string> names = new(StringComparer.Ordinal);
        foreach (SeriesLabels series in await selector.MatchAsync(tenant, selection, range, cancellationToken).ConfigureAwait(false))
        {
            series.AddNames(names);
        }

        LabelNamesResponse response = new();
        response.Names.AddRange(names.Where(name => anyName || LabelNameFilter.IsPlain(name)));
        return response;
    }

    /// <summary>Values of one label on matching series, sorted; a label nobody has gives none.</summary>
    public async Task<LabelValuesResponse> LabelValuesAsync(
        string tenant, LabelValuesRequest request, CancellationToken cancellationToken)
    {
        if (request.Name.Length == 0)
        {
            throw RequestReader.Invalid("name is required: the label whose values are wanted.");
        }

        QueryRange range = RequestReader.Range(request.Start, request.End);
        Selection selection = requests.Matchers(request.Matchers);
        SortedSet<string> values = new(StringComparer.Ordinal);
        foreach (SeriesLabels series in await selector.MatchAsync(tenant, selection, range, cancellationToken).ConfigureAwait(false))
        {
            string value = series.ValueOf(request.Name);
            if (value.Length > 0)
            {
                values.Add(value);
            }
        }

        LabelValuesResponse response = new();
        response.Names.AddRange(values);
        return response;
    }

    /// <summary>
    /// Distinct combinations of the labels asked for, or whole label sets when none are. For callers that know plain names only,
    /// a dotted name is replaced by its alias, or left out where it has none.
    /// </summary>
    public async Task<SeriesResponse> SeriesAsync(
        string tenant, SeriesRequest request, bool anyName, CancellationToken cancellationToken)
    {
        QueryRange range = RequestReader.Range(request.Start, request.End);
        Selection selection = requests.Matchers(request.Matchers);
        IReadOnlyList<string> wanted = requests.Names(request.LabelNames, "label_names");
        HashSet<LabelSet> sets = [];
        SortedSet<string> all = new(StringComparer.Ordinal);
        LabelSet.Builder builder = new();
        foreach (SeriesLabels series in await selector.MatchAsync(tenant, selection, range, cancellationToken).ConfigureAwait(false))
        {
            IEnumerable<string> names = wanted;
            if (wanted.Count == 0)
            {
                all.Clear();
                series.AddNames(all);
                names = anyName ? all.Where(name => !IsAliasOf(series, name)) : all;
            }

            builder.Clear();
            foreach (string name in names)
            {
                if (anyName || LabelNameFilter.IsPlain(name))
                {
                    builder.Set(name, series.ValueOf(name));
                }
            }

            LabelSet set = builder.Build();
            if (set.Count > 0)
            {
                sets.Add(set);
            }
        }

        SeriesResponse response = new();
        response.LabelsSet.AddRange(sets.Order(LabelOrder.Instance).Select(set =>
        {
            Labels labels = new();
            labels.Labels_.AddRange(Pairs(set));
            return labels;
        }));
        return response;
    }

    /// <summary>Whether the tenant has data, and from when to when.</summary>
    public async Task<GetProfileStatsResponse> StatsAsync(string tenant, CancellationToken cancellationToken)
    {
        StoreStats stats = await reader.StatsAsync(tenant, cancellationToken).ConfigureAwait(false);
        return new GetProfileStatsResponse
        {
            DataIngested = stats.HasData,
            OldestProfileTime = stats.OldestSeconds * 1_000,
            NewestProfileTime = stats.NewestSeconds * 1_000,
        };
    }

    /// <summary>Labels as messages.</summary>
    public static IEnumerable<LabelPair> Pairs(LabelSet labels) =>
        labels.Select(label => new LabelPair { Name = label.Name, Value = label.Value });

    private static bool IsAliasOf(SeriesLabels series, string name) =>
        name != LabelNames.ServiceName && !name.StartsWith("__", StringComparison.Ordinal) && series.Row.Labels[name] is null;
}
