using Hearth.Profiles.Labels;
using Hearth.Storage.ClickHouse;

namespace Hearth.Storage.Reading;

/// <summary>
/// Reads profiles out of the store. Safe for use by many threads. Every method throws <see cref="ClickHouseException"/> when the
/// store fails or is away.
/// </summary>
public sealed class ProfileReader
{
    // The hour is in the key before the series and is named beside the exact time: from the time alone the planner does not see it.
    private const string RowsInRange = """
        ts >= toDateTime64({from:UInt32}, 9, 'UTC') AND ts < toDateTime64({to:UInt32}, 9, 'UTC')
            AND toStartOfHour(ts) >= toStartOfHour(toDateTime({from:UInt32}, 'UTC'))
            AND toStartOfHour(ts) <= toStartOfHour(toDateTime({to:UInt32} - 1, 'UTC'))
        """;

    // Profiles in range name the series in range exactly; the series table alone knows first and last time only.
    private const string InRange =
        $$"""
         AND (service, ptype, series) IN (
            SELECT service, ptype, series FROM profile
            WHERE tenant = {tenant:String} AND {{RowsInRange}}
            GROUP BY service, ptype, series)
        """;

    private readonly ClickHouseClient _client;
    private readonly SymbolReader _symbols;
    private readonly StackResolver _resolver;
    private readonly long _rowsMax;
    private readonly long _bytesMax;

    /// <summary>A reader with its own symbol cache.</summary>
    public ProfileReader(ClickHouseClient client, SymbolOptions? options = null, TimeProvider? time = null)
    {
        _client = client;
        _symbols = new SymbolReader(client);
        _resolver = new StackResolver(_symbols, options ?? new SymbolOptions(), time ?? TimeProvider.System);
    }

    private ProfileReader(ProfileReader other, long rowsMax, long bytesMax)
    {
        _client = other._client;
        _symbols = other._symbols;
        _resolver = other._resolver;
        _rowsMax = rowsMax;
        _bytesMax = bytesMax;
    }

    /// <summary>
    /// The same reader, symbol cache included, whose statements over series, samples and profiles fail with
    /// <see cref="ClickHouseException"/> (<c>TOO_MANY_ROWS</c>, <c>TOO_MANY_BYTES</c>) when they would read more. 0 is no limit.
    /// </summary>
    public ProfileReader WithLimits(long rowsMax, long bytesMax) => new(this, rowsMax, bytesMax);

    /// <summary>Five-part ids of the profile types a tenant has, in range or at all, sorted.</summary>
    public async Task<IReadOnlyList<string>> ListProfileTypesAsync(
        string tenant, TimeRange? range, CancellationToken cancellationToken)
    {
        string sql = range is null
            ? "SELECT DISTINCT ptype FROM series WHERE tenant = {tenant:String}"
            : $$"""
              SELECT DISTINCT ptype FROM profile
              WHERE tenant = {tenant:String} AND {{RowsInRange}}
              """;
        List<string> types = [];
        await EachAsync(
            Scoped(sql, tenant, range),
            block =>
            {
                for (int i = 0; i < block.Rows; i++)
                {
                    types.Add(block[0].Text(i));
                }
            },
            cancellationToken).ConfigureAwait(false);
        types.Sort(StringComparer.Ordinal);
        return types;
    }

    /// <summary>
    /// The series of a tenant, narrowed by profile type, service and range when given. Label filters are the caller's: they are
    /// evaluated on these rows and come back as series ids.
    /// </summary>
    public async Task<IReadOnlyList<SeriesRow>> ListSeriesAsync(
        string tenant, string? profileType, string? service, TimeRange? range, CancellationToken cancellationToken)
    {
        string sql = "SELECT service, ptype, series, anyLast(grp), any(labels) FROM series WHERE tenant = {tenant:String}"
            + (profileType is null ? "" : " AND ptype = {ptype:String}")
            + (service is null ? "" : " AND service = {service:String}")
            + (range is null ? "" : InRange)
            + " GROUP BY service, ptype, series ORDER BY service, ptype, series";
        ClickHouseStatement statement = Scoped(sql, tenant, range);
        if (profileType is not null)
        {
            statement.Bind("ptype", profileType);
        }

        if (service is not null)
        {
            statement.Bind("service", service);
        }

        List<SeriesRow> rows = [];
        SeriesDecoder decoder = new();
        await EachAsync(statement, block => decoder.Read(block, rows), cancellationToken).ConfigureAwait(false);
        return rows;
    }

    /// <summary>Sums of samples by service and stack.</summary>
    public async Task<StackSums> SumStacksAsync(StackQuery query, CancellationToken cancellationToken)
    {
        ulong[]?[] groups = [.. IdBatches.Of(query.GroupIds)];
        ulong[]?[] spans = [.. IdBatches.Of(query.SpanIds)];
        ulong[]?[] series = [.. IdBatches.Of(query.SeriesIds)];
        StackSumTable sums = new(query.Services, adds: groups.Length * spans.Length * series.Length > 1);
        if (query.Services.Count == 0)
        {
            return sums.Finish();
        }

        foreach (ulong[]? someGroups in groups)
        {
            foreach (ulong[]? someSpans in spans)
            {
                foreach (ulong[]? someSeries in series)
                {
                    ClickHouseStatement statement = StackSumStatement.Of(query, someSeries, someGroups, someSpans);
                    await EachAsync(statement, sums.Add, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        return sums.Finish();
    }

    /// <summary>
    /// Totals and numbers of profiles by series and step; steps without profiles have no row. For gauges the mean of a series'
    /// snapshots over a step is sum / profiles. A sum that does not fit 64 bits stands at the limit.
    /// </summary>
    public async Task<IReadOnlyList<TotalRow>> TotalsAsync(TotalsQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.StepSeconds, 1);
        List<TotalRow> rows = [];
        if (query.Services.Count == 0)
        {
            return rows;
        }

        foreach (ulong[]? series in IdBatches.Of(query.SeriesIds))
        {
            ClickHouseStatement statement = TotalsStatement(query, series);
            await EachAsync(statement, block => ReadTotals(block, query, rows), cancellationToken).ConfigureAwait(false);
        }

        return rows;
    }

    /// <summary>
    /// The named stacks of a service, in the order of <paramref name="stackIds"/>. Out of a cache bounded by bytes where possible.
    /// </summary>
    public Task<ResolvedStack[]> ResolveStacksAsync(
        string tenant, string service, IReadOnlyList<ulong> stackIds, CancellationToken cancellationToken) =>
        _resolver.ResolveAsync(tenant, service, stackIds, cancellationToken);

    /// <summary>Frames, functions and mappings of stacks in full.</summary>
    public async Task<SymbolExport> ExportSymbolsAsync(
        string tenant, string service, IReadOnlyCollection<ulong> stackIds, CancellationToken cancellationToken)
    {
        Dictionary<ulong, ulong[]> stacks =
            await _symbols.StacksAsync(tenant, service, stackIds, cancellationToken).ConfigureAwait(false);
        Dictionary<ulong, ExportFrame> frames = await _symbols.FramesAsync(
            tenant, stacks.Values.SelectMany(static frames => frames).ToHashSet(), cancellationToken).ConfigureAwait(false);
        Dictionary<ulong, ExportFunction> functions = await _symbols.FunctionsAsync(
            tenant, frames.Values.SelectMany(static frame => frame.Functions).ToHashSet(), cancellationToken).ConfigureAwait(false);
        HashSet<ulong> mappingIds = frames.Values.Select(static frame => frame.Mapping).ToHashSet();
        mappingIds.Remove(0);
        Dictionary<ulong, ExportMapping> mappings =
            await _symbols.MappingsAsync(tenant, mappingIds, cancellationToken).ConfigureAwait(false);
        return new SymbolExport(stacks, frames, functions, mappings);
    }

    /// <summary>Whether a tenant has data, and its oldest and newest time.</summary>
    public async Task<StoreStats> StatsAsync(string tenant, CancellationToken cancellationToken)
    {
        // The series table knows the oldest; the newest is among the profiles of the last day it knows of, or later.
        const string Sql = """
            SELECT count(), toInt64(toUnixTimestamp(max(ts))),
                (SELECT toInt64(toUnixTimestamp(min(first_seen))) FROM series WHERE tenant = {tenant:String})
            FROM profile
            WHERE tenant = {tenant:String}
                AND toDate(ts) >= (SELECT toDate(max(last_seen)) FROM series WHERE tenant = {tenant:String})
            """;
        StoreStats stats = default;
        await EachAsync(
            Scoped(Sql, tenant, null),
            block =>
            {
                if (block[0].Values<ulong>()[0] > 0)
                {
                    long oldest = block[2].IsNull(0) ? 0 : block[2].Values<long>()[0];
                    stats = new StoreStats(true, oldest, block[1].Values<long>()[0]);
                }
            },
            cancellationToken).ConfigureAwait(false);
        return stats;
    }

    internal static ClickHouseStatement TotalsStatement(TotalsQuery query, ulong[]? series)
    {
        string sql = $$"""
            SELECT series, intDiv(intDiv(toUnixTimestamp(ts), 5) * 5 - {from:UInt32}, {step:UInt64}) AS step,
                sum(toInt128(total)), count()
            FROM profile
            WHERE tenant = {tenant:String} AND service IN {services:Array(String)} AND ptype = {ptype:String}
                AND {{RowsInRange}}
                {{(series is null ? "" : "AND series IN {series:Array(UInt64)}")}}
            GROUP BY series, step ORDER BY series, step
            """;
        ClickHouseStatement statement = Scoped(sql, query.Tenant, query.Range)
            .Bind("services", query.Services)
            .Bind("ptype", query.ProfileType)
            .Bind("step", query.StepSeconds);
        return series is null ? statement : statement.Bind("series", series);
    }

    private static void ReadTotals(NativeBlock block, TotalsQuery query, List<TotalRow> rows)
    {
        ReadOnlySpan<ulong> series = block[0].Values<ulong>();
        ReadOnlySpan<long> steps = block[1].Values<long>();
        ReadOnlySpan<Int128> sums = block[2].Values<Int128>();
        ReadOnlySpan<ulong> counts = block[3].Values<ulong>();
        bool saturated = false;
        for (int i = 0; i < block.Rows; i++)
        {
            long seconds = query.Range.FromSeconds + (steps[i] * query.StepSeconds);
            rows.Add(new TotalRow(series[i], seconds, StackSumTable.Saturate(sums[i], ref saturated), (long)counts[i]));
        }
    }

    private static ClickHouseStatement Scoped(string sql, string tenant, TimeRange? range)
    {
        ClickHouseStatement statement = new ClickHouseStatement(sql).Bind("tenant", tenant);
        return range is { } time ? statement.Bind("from", time.FromSeconds).Bind("to", time.ToSeconds) : statement;
    }

    private async Task EachAsync(ClickHouseStatement statement, Action<NativeBlock> read, CancellationToken cancellationToken)
    {
        if (_rowsMax > 0)
        {
            statement.Set("max_rows_to_read", _rowsMax);
        }

        if (_bytesMax > 0)
        {
            statement.Set("max_bytes_to_read", _bytesMax);
        }

        ClickHouseResult result = await _client.QueryAsync(statement, cancellationToken).ConfigureAwait(false);
        await using (result.ConfigureAwait(false))
        {
            while (await result.ReadBlockAsync(cancellationToken).ConfigureAwait(false) is { } block)
            {
                read(block);
            }
        }
    }
}
