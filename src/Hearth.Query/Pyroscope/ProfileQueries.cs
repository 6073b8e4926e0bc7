using Google.Protobuf;
using Hearth.Query.FlameGraphs;
using Hearth.Query.Pyroscope.Messages.Querier;
using Hearth.Query.Pyroscope.Messages.Types;
using Hearth.Query.Selecting;
using FlameGraphDiff = Hearth.Query.FlameGraphs.FlameGraphDiff;

namespace Hearth.Query.Pyroscope;

/// <summary>The methods that merge profiles into flame graphs, trees, call graphs and pprof.</summary>
internal sealed class ProfileQueries(
    SeriesSelector selector, StackReader stacks, PprofExporter pprofs, RequestReader requests)
{
    /// <summary>Merged profiles in the format asked for.</summary>
    public async Task<SelectMergeStacktracesResponse> StacktracesAsync(
        string tenant, SelectMergeStacktracesRequest request, CancellationToken cancellationToken)
    {
        RequestReader.Unsupported(request.ProfileIdSelector.Count, "profile_id_selector");
        RequestReader.Unsupported(request.TraceIdSelector.Count, "trace_id_selector");
        QueryRange range = RequestReader.Range(request.Start, request.End);
        Selection selection = requests.OfType(request.ProfileTypeID, request.LabelSelector);
        StackFilter filter = Filter(request.SpanSelector, request.StackTraceSelector);
        int nodes = requests.Nodes(request.HasMaxNodes, request.MaxNodes);
        SelectMergeStacktracesResponse response = new();
        if (request.Async is { Type: AsyncQueryType.Force })
        {
            // Every answer is there at once, so a job is finished when it starts.
            response.Async = new AsyncQueryResponse { Status = AsyncQueryStatus.Success, RequestId = request.Async.RequestId };
        }

        if (request.Format == ProfileFormat.Pprof)
        {
            PprofShape shape = Shape(request.HasMaxNodes && request.MaxNodes > 0 ? nodes : 0, request.StackTraceSelector);
            ReadOnlyMemory<byte> bytes = await pprofs
                .ReadAsync(tenant, selection, range, filter, shape, cancellationToken).ConfigureAwait(false);
            response.Pprof = new PprofProfile { Profile = Messages.Pprof.Profile.Parser.ParseFrom(bytes.Span) };
            return response;
        }

        FlameGraphTree tree = await TreeAsync(tenant, selection, range, filter, cancellationToken).ConfigureAwait(false);
        switch (request.Format)
        {
            case ProfileFormat.Unspecified:
            case ProfileFormat.Flamegraph:
                response.Flamegraph = FlameGraphMessages.Single(LevelEncoder.Encode(FlameGraphLayout.Of(tree, nodes)));
                break;
            case ProfileFormat.Tree:
                response.Tree = UnsafeByteOperations.UnsafeWrap(TreeBytes.Encode(FlameGraphLayout.Of(tree, nodes)));
                break;
            case ProfileFormat.Dot:
                response.Dot = DotWriter.Write(
                    tree, selection.Type!.Value.Id, selection.Type.Value.SampleUnit, DotNodes(request.HasMaxNodes, nodes));
                break;
            default:
                throw new Wire.Rpc.RpcException(
                    Wire.Rpc.RpcCode.Unimplemented, $"format {(int)request.Format} is not supported by this server.");
        }

        return response;
    }

    /// <summary>The older method for span profiles.</summary>
    public async Task<SelectMergeSpanProfileResponse> SpanProfileAsync(
        string tenant, SelectMergeSpanProfileRequest request, CancellationToken cancellationToken)
    {
        SelectMergeStacktracesRequest same = new()
        {
            ProfileTypeID = request.ProfileTypeID,
            LabelSelector = request.LabelSelector,
            Start = request.Start,
            End = request.End,
            Format = request.Format == ProfileFormat.Tree ? ProfileFormat.Tree : ProfileFormat.Flamegraph,
        };
        same.SpanSelector.AddRange(request.SpanSelector);
        if (request.HasMaxNodes)
        {
            same.MaxNodes = request.MaxNodes;
        }

        SelectMergeStacktracesResponse response = await StacktracesAsync(tenant, same, cancellationToken).ConfigureAwait(false);
        return new SelectMergeSpanProfileResponse { Flamegraph = response.Flamegraph, Tree = response.Tree };
    }

    /// <summary>Merged profiles as the bytes of a pprof.</summary>
    public Task<ReadOnlyMemory<byte>> PprofAsync(
        string tenant, SelectMergeProfileRequest request, CancellationToken cancellationToken)
    {
        RequestReader.Unsupported(request.ProfileIdSelector.Count, "profile_id_selector");
        RequestReader.Unsupported(request.TraceIdSelector.Count, "trace_id_selector");
        QueryRange range = RequestReader.Range(request.Start, request.End);
        Selection selection = requests.OfType(request.ProfileTypeID, request.LabelSelector);
        int nodes = requests.Nodes(request.HasMaxNodes, request.MaxNodes);
        PprofShape shape = Shape(request.HasMaxNodes && request.MaxNodes > 0 ? nodes : 0, request.StackTraceSelector);
        return pprofs.ReadAsync(tenant, selection, range, Filter([], request.StackTraceSelector), shape, cancellationToken);
    }

    /// <summary>Two merges compared.</summary>
    public async Task<DiffResponse> DiffAsync(string tenant, DiffRequest request, CancellationToken cancellationToken)
    {
        if (request.Left is null || request.Right is null)
        {
            throw RequestReader.Invalid("left and right are required.");
        }

        int nodes = Math.Max(
            requests.Nodes(request.Left.HasMaxNodes, request.Left.MaxNodes),
            requests.Nodes(request.Right.HasMaxNodes, request.Right.MaxNodes));
        FlameGraphTree left = await SideAsync(tenant, request.Left, cancellationToken).ConfigureAwait(false);
        FlameGraphTree right = await SideAsync(tenant, request.Right, cancellationToken).ConfigureAwait(false);
        return new DiffResponse { Flamegraph = FlameGraphMessages.Difference(FlameGraphDiff.Encode(left, right, nodes)) };
    }

    /// <summary>The tree of a selection.</summary>
    public async Task<FlameGraphTree> TreeAsync(
        string tenant, Selection selection, QueryRange range, StackFilter filter, CancellationToken cancellationToken)
    {
        SelectionPlan plan = await selector.PlanAsync(tenant, selection, range, false, cancellationToken).ConfigureAwait(false);
        return await stacks.TreeAsync(tenant, plan, range, filter, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Functions of a call graph: what the caller asks for, else fewer than a flame graph has.</summary>
    public static int DotNodes(bool isSet, int nodes) => isSet ? nodes : DotWriter.NodesDefault;

    private Task<FlameGraphTree> SideAsync(string tenant, SelectMergeStacktracesRequest side, CancellationToken cancellationToken)
    {
        RequestReader.Unsupported(side.ProfileIdSelector.Count, "profile_id_selector");
        RequestReader.Unsupported(side.TraceIdSelector.Count, "trace_id_selector");
        return TreeAsync(
            tenant,
            requests.OfType(side.ProfileTypeID, side.LabelSelector),
            RequestReader.Range(side.Start, side.End),
            Filter(side.SpanSelector, side.StackTraceSelector),
            cancellationToken);
    }

    private StackFilter Filter(IReadOnlyCollection<string> spans, StackTraceSelector? selector) => new()
    {
        Spans = requests.Spans(spans),
        CallSite = selector is null ? [] : [.. selector.CallSite.Select(site => site.Name)],
    };

    private static PprofShape Shape(int nodes, StackTraceSelector? selector) => new(
        nodes,
        (int)Math.Min(selector?.GoPgo?.KeepLocations ?? 0, int.MaxValue),
        selector?.GoPgo?.AggregateCallees ?? false);
}
