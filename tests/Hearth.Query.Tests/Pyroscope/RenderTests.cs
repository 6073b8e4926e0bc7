using System.Net;
using System.Text.Json;
using Hearth.Profiles.Labels;
using Hearth.Query.Tests.Hosting;
using Hearth.Testing;
using Xunit;

namespace Hearth.Query.Tests.Pyroscope;

public sealed class RenderTests(EngineFixture engine, SharedHost shared) : IClassFixture<SharedHost>
{
    private const long Start = 1_790_000_100_000;
    private const string Query = "query=process_cpu:cpu:nanoseconds:cpu:nanoseconds%7Bservice_name%3D%22api%22%7D";

    [Fact]
    public async Task Render_Json_IsAFlamebearerWithTimeline()
    {
        QueryHost host = await FilledAsync();

        JsonElement body = await GetAsync(host, $"/pyroscope/render?{Query}&from={Start}&until={Start + 60_000}&groupBy=pod&max-nodes=100");

        JsonElement graph = body.GetProperty("flamebearer");
        Assert.Equal("[\"total\",\"main\",\"foo\",\"rt\"]", graph.GetProperty("names").GetRawText());
        Assert.Equal("[[0,15,0,0],[0,11,1,1,0,4,4,3],[1,10,10,2]]", graph.GetProperty("levels").GetRawText());
        Assert.Equal((15, 10), (graph.GetProperty("numTicks").GetInt64(), graph.GetProperty("maxSelf").GetInt64()));
        Assert.Equal(
            """{"format":"single","spyName":"","sampleRate":1000000000,"units":"samples","name":"cpu"}""",
            body.GetProperty("metadata").GetRawText());
        Assert.Equal(
            """{"startTime":1790000100,"samples":[11,0,4,0],"durationDelta":15,"watermarks":{}}""",
            body.GetProperty("timeline").GetRawText());
        Assert.Equal("[11,0,0,0]", body.GetProperty("groups").GetProperty("a").GetProperty("samples").GetRawText());
        Assert.Equal(JsonValueKind.Null, body.GetProperty("heatmap").ValueKind);
        Assert.Equal(1, body.GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task Render_Dot_IsTextAndEmptyWithoutData()
    {
        QueryHost host = await FilledAsync();

        string dot = await host.Http.GetStringAsync(
            $"/pyroscope/render?{Query}&from={Start}&until={Start + 60_000}&format=dot", QueryHost.Token);
        string none = await host.Http.GetStringAsync($"/pyroscope/render?{Query}&from=1000&until=2000&format=dot", QueryHost.Token);

        Assert.StartsWith("digraph", dot, StringComparison.Ordinal);
        Assert.Equal("", none);
    }

    [Fact]
    public async Task RenderDiff_TwoRanges_HasSevenNumbersPerBox()
    {
        QueryHost host = await FilledAsync();
        string query = Query["query=".Length..];

        JsonElement body = await GetAsync(
            host,
            $"/pyroscope/render-diff?leftQuery={query}&leftFrom={Start}&leftUntil={Start + 15_000}"
            + $"&rightQuery={query}&rightFrom={Start + 15_000}&rightUntil={Start + 60_000}");

        Assert.Equal("[0,11,0,0,4,0,0]", body.GetProperty("flamebearer").GetProperty("levels")[0].GetRawText());
        Assert.Equal((11, 4), (body.GetProperty("leftTicks").GetInt64(), body.GetProperty("rightTicks").GetInt64()));
        Assert.Equal("double", body.GetProperty("metadata").GetProperty("format").GetString());
    }

    [Theory]
    [InlineData("/pyroscope/render", "query is required")]
    [InlineData("/pyroscope/render?query=cpu{}", "profile_typeID is required")]
    [InlineData("/pyroscope/render?" + Query + "&from=soon", "from is 'soon'")]
    [InlineData("/pyroscope/render?" + Query + "&from=now&until=now-1h", "reversed")]
    [InlineData("/pyroscope/render?" + Query + "&max-nodes=x", "max-nodes")]
    [InlineData("/pyroscope/render?" + Query + "&format=svg", "json or dot")]
    [InlineData("/pyroscope/render-diff?left" + "Query=a:b:c:d:e{}&rightQuery=a:b:c:d:f{}", "one profile type")]
    public async Task Render_WrongParameter_IsJsonWithASentence(string url, string expected)
    {
        await using QueryHost host = await QueryHost.StartAsync(engine);

        using HttpResponseMessage response = await host.Http.GetAsync(url, QueryHost.Token);

        using JsonDocument body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(QueryHost.Token));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("invalid_argument", body.RootElement.GetProperty("code").GetString());
        Assert.Contains(expected, body.RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> GetAsync(QueryHost host, string url)
    {
        using HttpResponseMessage response = await host.Http.GetAsync(url, QueryHost.Token);
        string text = await response.Content.ReadAsStringAsync(QueryHost.Token);
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        using JsonDocument body = JsonDocument.Parse(text);
        return body.RootElement.Clone();
    }

    private Task<QueryHost> FilledAsync() => shared.GetAsync(engine, data =>
    {
        data.Add(KnownData.Cpu, LabelSet.Of(("service_name", "api"), ("k8s.pod.name", "a")), Start, new("main", 1), new("main;foo", 10));
        data.Add(KnownData.Cpu, LabelSet.Of(("service_name", "api"), ("k8s.pod.name", "b")), Start + 30_000, new KnownSample("rt", 4));
    });
}
