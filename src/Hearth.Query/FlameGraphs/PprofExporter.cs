using Hearth.Query.Selecting;
using Hearth.Storage.Reading;
using Microsoft.Extensions.DependencyInjection;

namespace Hearth.Query.FlameGraphs;

/// <summary>Reads a selection as one pprof.</summary>
internal sealed class PprofExporter(
    [FromKeyedServices(SeriesSelector.ReaderKey)] ProfileReader reader, SeriesSelector selector, StackReader stacks)
{
    /// <summary>The bytes of a pprof, not compressed; without samples when nothing matches.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(
        string tenant, Selection selection, QueryRange range, StackFilter filter, PprofShape shape, CancellationToken cancellationToken)
    {
        SelectionPlan plan = await selector.PlanAsync(tenant, selection, range, false, cancellationToken).ConfigureAwait(false);
        PprofBuilder builder = new(plan.Type, range, shape);
        foreach (ServiceStacks service in await stacks.SumAsync(tenant, plan, range, filter, cancellationToken).ConfigureAwait(false))
        {
            // The store gives sums in no order; a pprof of the same question is to be the same bytes.
            Array.Sort(service.Stacks, service.Values);
            IReadOnlySet<ulong>? admitted = await AdmittedAsync(tenant, service, filter, cancellationToken).ConfigureAwait(false);
            SymbolExport symbols = await reader
                .ExportSymbolsAsync(tenant, service.Service, service.Stacks, cancellationToken).ConfigureAwait(false);
            builder.Add(new PprofPart(service, symbols, admitted));
        }

        return builder.Finish();
    }

    private async Task<IReadOnlySet<ulong>?> AdmittedAsync(
        string tenant, ServiceStacks service, StackFilter filter, CancellationToken cancellationToken)
    {
        if (filter.CallSite.Count == 0)
        {
            return null;
        }

        IReadOnlyList<ResolvedStack> resolved = await reader
            .ResolveStacksAsync(tenant, service.Service, service.Stacks, cancellationToken).ConfigureAwait(false);
        return resolved.Where(stack => filter.Admits(stack.Functions)).Select(stack => stack.Stack).ToHashSet();
    }
}
