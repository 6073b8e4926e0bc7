using Hearth.Profiles.Types;
using Hearth.Query.Selecting;
using Hearth.Storage.Reading;
using Hearth.Wire.Rpc;
using Microsoft.Extensions.DependencyInjection;

namespace Hearth.Query.FlameGraphs;

/// <summary>
/// Merges the samples of a selection. A delta type is summed. A gauge describes what there is at a moment: the value of a stack is,
/// for each series, the mean over the series' snapshots in the range (a stack absent from a snapshot counts zero there), summed
/// over series.
/// </summary>
internal sealed class StackReader(
    [FromKeyedServices(SeriesSelector.ReaderKey)] ProfileReader reader, QueryOptions options)
{
    /// <summary>Values by stack, for each service of the plan.</summary>
    /// <exception cref="RpcException">More distinct stacks than one query may merge.</exception>
    public async Task<List<ServiceStacks>> SumAsync(
        string tenant, SelectionPlan plan, QueryRange range, StackFilter filter, CancellationToken cancellationToken)
    {
        StackTally tally = new();
        if (filter.Spans is { Count: 0 })
        {
            return [];
        }

        foreach (SelectionPart part in plan.Parts)
        {
            List<(StackQuery Query, long Divisor)> steps =
                await StepsAsync(tenant, plan, part, range, filter, cancellationToken).ConfigureAwait(false);
            foreach ((StackQuery query, long divisor) in steps)
            {
                tally.Add(await reader.SumStacksAsync(query, cancellationToken).ConfigureAwait(false), divisor);
                if (tally.Count > options.StacksMax)
                {
                    throw new RpcException(
                        RpcCode.ResourceExhausted,
                        $"The selection has more than {options.StacksMax} distinct stacks; ask for a shorter range or one service.");
                }
            }
        }

        return tally.Finish();
    }

    /// <summary>The function-name tree of a selection. Its total is the sum of the merged values.</summary>
    public async Task<FlameGraphTree> TreeAsync(
        string tenant, SelectionPlan plan, QueryRange range, StackFilter filter, CancellationToken cancellationToken)
    {
        FlameGraphTree tree = new();
        foreach (ServiceStacks service in await SumAsync(tenant, plan, range, filter, cancellationToken).ConfigureAwait(false))
        {
            ResolvedStack[] resolved = await reader
                .ResolveStacksAsync(tenant, service.Service, service.Stacks, cancellationToken).ConfigureAwait(false);
            TreeMerger.Add(tree, service, resolved, filter);
        }

        return tree;
    }

    // What to read and what to divide it by: a gauge is read once per number of snapshots that its series have.
    private async Task<List<(StackQuery Query, long Divisor)>> StepsAsync(
        string tenant, SelectionPlan plan, SelectionPart part, QueryRange range, StackFilter filter, CancellationToken cancellationToken)
    {
        StackQuery Query(IReadOnlyList<ulong>? series, IReadOnlyList<ulong>? groups) => new()
        {
            Tenant = tenant,
            ProfileType = plan.Type.Id,
            Services = part.Services,
            Range = range.Slots,
            SeriesIds = series,
            GroupIds = groups,
            SpanIds = filter.Spans,
        };
        StackQuery all = part.GroupIds is null ? Query(part.SeriesIds, null) : Query(null, part.GroupIds);
        if (plan.Kind == ProfileKind.Delta)
        {
            return [(all, 1)];
        }

        TotalsQuery snapshotsOf = new()
        {
            Tenant = tenant,
            ProfileType = plan.Type.Id,
            Services = part.Services,
            Range = range.Slots,
            SeriesIds = part.SeriesIds,
            StepSeconds = range.EndSlot - range.FirstSlot,
        };
        IReadOnlyList<TotalRow> totals = await reader.TotalsAsync(snapshotsOf, cancellationToken).ConfigureAwait(false);
        Dictionary<ulong, long> snapshots = [];
        foreach (TotalRow row in totals)
        {
            snapshots[row.Series] = snapshots.GetValueOrDefault(row.Series) + row.Profiles;
        }

        List<IGrouping<long, ulong>> counts =
            [.. snapshots.GroupBy(series => Math.Max(series.Value, 1), series => series.Key).OrderBy(count => count.Key)];
        return counts.Count == 1 ? [(all, counts[0].Key)] : [.. counts.Select(count => (Query([.. count.Order()], null), count.Key))];
    }
}
