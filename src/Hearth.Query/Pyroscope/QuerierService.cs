using Google.Protobuf;
using Hearth.Query.Pyroscope.Messages.Querier;
using Hearth.Query.Pyroscope.Messages.Types;
using Hearth.Query.Selecting;
using Hearth.Wire.Connect;
using Hearth.Wire.Rpc;
using Microsoft.AspNetCore.Routing;

namespace Hearth.Query.Pyroscope;

/// <summary>The service <c>querier.v1.QuerierService</c> over Connect.</summary>
internal sealed class QuerierService(
    QueryRunner runner, LabelQueries labels, ChartQueries charts, ProfileQueries profiles, QueryOptions options)
{
    private const string Service = "/querier.v1.QuerierService/";

    /// <summary>Maps every method.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        Unary(routes, "ProfileTypes", ProfileTypesRequest.Parser, (call, request, token) =>
            labels.ProfileTypesAsync(QueryTenant.Of(call.Headers), request, token));
        Unary(routes, "LabelNames", LabelNamesRequest.Parser, (call, request, token) =>
            labels.LabelNamesAsync(QueryTenant.Of(call.Headers), request, LabelNameFilter.AllowsAny(call.Headers), token));
        Unary(routes, "LabelValues", LabelValuesRequest.Parser, (call, request, token) =>
            labels.LabelValuesAsync(QueryTenant.Of(call.Headers), request, token));
        Unary(routes, "Series", SeriesRequest.Parser, (call, request, token) =>
            labels.SeriesAsync(QueryTenant.Of(call.Headers), request, LabelNameFilter.AllowsAny(call.Headers), token));
        Unary(routes, "GetProfileStats", GetProfileStatsRequest.Parser, (call, _, token) =>
            labels.StatsAsync(QueryTenant.Of(call.Headers), token));
        Unary(routes, "SelectSeries", SelectSeriesRequest.Parser, (call, request, token) =>
            charts.SelectSeriesAsync(QueryTenant.Of(call.Headers), request, token));
        Unary(routes, "SelectMergeStacktraces", SelectMergeStacktracesRequest.Parser, (call, request, token) =>
            profiles.StacktracesAsync(QueryTenant.Of(call.Headers), request, token));
        Unary(routes, "SelectMergeSpanProfile", SelectMergeSpanProfileRequest.Parser, (call, request, token) =>
            profiles.SpanProfileAsync(QueryTenant.Of(call.Headers), request, token));
        Unary(routes, "Diff", DiffRequest.Parser, (call, request, token) =>
            profiles.DiffAsync(QueryTenant.Of(call.Headers), request, token));
        MapPprof(routes);
    }

    private RpcLimits Limits => new() { MessageBytesMax = options.RequestBytesMax, CompressedBytesMax = options.RequestBytesMax };

    private void Unary<TRequest, TResponse>(
        IEndpointRouteBuilder routes,
        string method,
        MessageParser<TRequest> parser,
        Func<ConnectCall, TRequest, CancellationToken, Task<TResponse>> handler)
        where TRequest : IMessage<TRequest>, new()
        where TResponse : IMessage<TResponse> => routes.MapConnectUnary(
            Service + method,
            async (call, cancellation) =>
            {
                TRequest request = MessageCodec.Read(call, parser);
                TResponse response = await runner
                    .RunAsync(method, token => handler(call, request, token), cancellation).ConfigureAwait(false);
                return MessageCodec.Write(response, call.Codec);
            },
            Limits);

    // The answer is a pprof, whose bytes are written once; only JSON needs it as a message.
    private void MapPprof(IEndpointRouteBuilder routes) => routes.MapConnectUnary(
        Service + "SelectMergeProfile",
        async (call, cancellation) =>
        {
            SelectMergeProfileRequest request = MessageCodec.Read(call, SelectMergeProfileRequest.Parser);
            ReadOnlyMemory<byte> pprof = await runner.RunAsync(
                "SelectMergeProfile",
                token => profiles.PprofAsync(QueryTenant.Of(call.Headers), request, token),
                cancellation).ConfigureAwait(false);
            return call.Codec == ConnectCodec.Proto
                ? pprof
                : MessageCodec.Write(Messages.Pprof.Profile.Parser.ParseFrom(pprof.Span), call.Codec);
        },
        Limits);
}
