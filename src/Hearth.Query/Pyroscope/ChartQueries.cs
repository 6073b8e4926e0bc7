using Hearth.Query.Pyroscope.Messages.Querier;
using Hearth.Query.Pyroscope.Messages.Types;
using Hearth.Query.Selecting;
using Hearth.Wire.Rpc;

namespace Hearth.Query.Pyroscope;

/// <summary>The method that draws charts over time.</summary>
internal sealed class ChartQueries(TimeSeriesReader reader, RequestReader requests)
{
    /// <summary>
    /// Lines over time. Values are sums per step, never rates: the data source divides by the step itself. The aggregation is always
    /// the sum, as Pyroscope's own second version has it.
    /// </summary>
    public async Task<SelectSeriesResponse> SelectSeriesAsync(
        string tenant, SelectSeriesRequest request, CancellationToken cancellationToken)
    {
        QueryRange range = RequestReader.Range(request.Start, request.End);
        TimeGrid grid = RequestReader.Grid(range, request.Step);
        Selection selection = requests.OfType(request.ProfileTypeID, request.LabelSelector);
        IReadOnlyList<string> groupBy = requests.Names(request.GroupBy, "group_by");
        RequestReader.Unsupported(request.StackTraceSelector?.CallSite.Count ?? 0, "stack_trace_selector on SelectSeries");
        RequestReader.Unsupported(request.ExemplarType == ExemplarType.Span ? 1 : 0, "exemplar_type SPAN on SelectSeries");
        if (request.Limit < 0)
        {
            throw new RpcException(RpcCode.InvalidArgument, "limit must not be negative.");
        }

        IReadOnlyList<TimeSeries> lines = await reader
            .ReadAsync(tenant, selection, grid, groupBy, (int)Math.Min(request.Limit, int.MaxValue), cancellationToken)
            .ConfigureAwait(false);
        SelectSeriesResponse response = new();
        foreach (TimeSeries line in lines)
        {
            Series series = new();
            series.Labels.AddRange(LabelQueries.Pairs(line.Labels));
            series.Points.AddRange(line.Points.Select(point => new Point { Timestamp = point.TimestampMs, Value = point.Value }));
            response.Series.Add(series);
        }

        return response;
    }
}
