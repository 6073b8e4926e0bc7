using System.Buffers;
using System.Text;
using System.Text.Json;
using Hearth.Profiles.Types;
using Hearth.Query.FlameGraphs;
using Hearth.Query.Selecting;
using Hearth.Wire.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hearth.Query.Pyroscope;

/// <summary>The render API: flamebearer JSON and DOT over plain GET. Errors are JSON with a code and a message.</summary>
internal sealed class RenderEndpoints(
    QueryRunner runner, ProfileQueries profiles, TimeSeriesReader charts, RequestReader requests, TimeProvider time)
{
    /// <summary>Maps <c>/pyroscope/render</c>, <c>/pyroscope/render-diff</c> and <c>/ready</c>.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/pyroscope/render", (RequestDelegate)(context => AnswerAsync(context, "render", RenderAsync)));
        routes.MapGet("/pyroscope/render-diff", (RequestDelegate)(context => AnswerAsync(context, "render-diff", DiffAsync)));
        routes.MapGet("/ready", (RequestDelegate)(context => context.Response.WriteAsync("ready\n", context.RequestAborted)));
    }

    private async Task AnswerAsync(
        HttpContext context, string method, Func<HttpContext, CancellationToken, Task<(string Type, ReadOnlyMemory<byte> Body)>> query)
    {
        (string Type, ReadOnlyMemory<byte> Body) answer;
        try
        {
            answer = await runner.RunAsync(method, token => query(context, token), context.RequestAborted).ConfigureAwait(false);
        }
        catch (RpcException e)
        {
            context.Response.StatusCode = RpcCodes.HttpStatus(e.Code);
            answer = ("application/json", Write(json =>
            {
                json.WriteString("code", RpcCodes.Name(e.Code));
                json.WriteString("message", e.Message);
            }));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        context.Response.ContentType = answer.Type;
        context.Response.ContentLength = answer.Body.Length;
        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted).ConfigureAwait(false);
    }

    private async Task<(string Type, ReadOnlyMemory<byte> Body)> RenderAsync(HttpContext context, CancellationToken cancellationToken)
    {
        IQueryCollection parameters = context.Request.Query;
        string tenant = QueryTenant.Of(context.Request.Headers);
        RenderQuery query = RenderQuery.Read(parameters, requests, time.GetUtcNow(), "query", "from", "until");
        (bool isSet, int nodes) = RenderQuery.Nodes(parameters, requests);
        string format = parameters["format"].ToString();
        if (format is not ("" or "json" or "dot"))
        {
            throw RequestReader.Invalid($"format is '{format}': use json or dot.");
        }

        ProfileType type = query.Selection.Type!.Value;
        FlameGraphTree tree = await profiles
            .TreeAsync(tenant, query.Selection, query.Range, StackFilter.None, cancellationToken).ConfigureAwait(false);
        if (format == "dot")
        {
            string dot = DotWriter.Write(tree, type.Id, type.SampleUnit, ProfileQueries.DotNodes(isSet, nodes));
            return ("text/plain; charset=utf-8", Encoding.UTF8.GetBytes(dot));
        }

        string group = parameters["groupBy"].ToString().Split(',')[0];
        long step = RenderTimeline.StepSeconds(query.Range);
        TimeGrid grid = RequestReader.Grid(RenderTimeline.Snap(query.Range, step), step);
        IReadOnlyList<TimeSeries> total = await charts
            .ReadAsync(tenant, query.Selection, grid, [], 0, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<TimeSeries>? groups = group.Length == 0
            ? null
            : await charts.ReadAsync(tenant, query.Selection, grid, [group], 0, cancellationToken).ConfigureAwait(false);
        EncodedFlameGraph graph = LevelEncoder.Encode(FlameGraphLayout.Of(tree, nodes));
        return ("application/json", Write(json =>
        {
            json.WriteNumber("version", 1);
            FlamebearerJson.WriteGraph(json, graph);
            FlamebearerJson.WriteMetadata(json, type.SampleType, type.SampleUnit, type.SampleType, isDouble: false);
            json.WritePropertyName("timeline");
            RenderTimeline.Write(json, grid, total.Count > 0 ? total[0].Points : []);
            WriteGroups(json, grid, group, groups);
            json.WriteNull("heatmap");
        }));
    }

    private async Task<(string Type, ReadOnlyMemory<byte> Body)> DiffAsync(HttpContext context, CancellationToken cancellationToken)
    {
        IQueryCollection parameters = context.Request.Query;
        string tenant = QueryTenant.Of(context.Request.Headers);
        DateTimeOffset now = time.GetUtcNow();
        RenderQuery left = RenderQuery.Read(parameters, requests, now, "leftQuery", "leftFrom", "leftUntil");
        RenderQuery right = RenderQuery.Read(parameters, requests, now, "rightQuery", "rightFrom", "rightUntil");
        (_, int nodes) = RenderQuery.Nodes(parameters, requests);
        ProfileType type = left.Selection.Type!.Value;
        if (type != right.Selection.Type)
        {
            throw RequestReader.Invalid(
                $"leftQuery and rightQuery must have one profile type, not {type.Id} and {right.Selection.Type!.Value.Id}.");
        }

        FlameGraphTree leftTree = await profiles
            .TreeAsync(tenant, left.Selection, left.Range, StackFilter.None, cancellationToken).ConfigureAwait(false);
        FlameGraphTree rightTree = await profiles
            .TreeAsync(tenant, right.Selection, right.Range, StackFilter.None, cancellationToken).ConfigureAwait(false);
        EncodedFlameGraph graph = FlameGraphDiff.Encode(leftTree, rightTree, nodes);
        return ("application/json", Write(json =>
        {
            json.WriteNumber("version", 1);
            FlamebearerJson.WriteGraph(json, graph);
            FlamebearerJson.WriteMetadata(json, type.SampleType, type.SampleUnit, type.SampleType, isDouble: true);
            json.WriteNumber("leftTicks", graph.LeftTotal);
            json.WriteNumber("rightTicks", graph.RightTotal);
        }));
    }

    private static void WriteGroups(Utf8JsonWriter json, TimeGrid grid, string group, IReadOnlyList<TimeSeries>? groups)
    {
        if (groups is null)
        {
            json.WriteNull("groups");
            return;
        }

        json.WriteStartObject("groups");
        foreach (TimeSeries line in groups)
        {
            json.WritePropertyName(line.Labels[group] ?? "");
            RenderTimeline.Write(json, grid, line.Points);
        }

        json.WriteEndObject();
    }

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> content)
    {
        ArrayBufferWriter<byte> bytes = new(4_096);
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        return bytes.WrittenMemory;
    }
}
