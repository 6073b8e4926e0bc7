using System.Net;
using System.Text.Json;
using Hearth.Testing;
using Xunit;

namespace Hearth.Tests.EndToEnd;

/// <summary>One Hearth, started as a user starts it, profiling this machine while the tests look at it.</summary>
public sealed class WholeHostTests(HostFixture fixture) : IClassFixture<HostFixture>
{
    private const string CpuType = "process_cpu:cpu:nanoseconds:cpu:nanoseconds";
    private const string Service = "hearth-test-busy";
    private static readonly TimeSpan s_shownWithin = TimeSpan.FromSeconds(45);

    [Fact]
    public void Ready_All_NamesItsFourListenersInOneLine()
    {
        Assert.Matches(
            @"^ready http=127\.0\.0\.1:\d+ otlp-grpc=127\.0\.0\.1:\d+ otlp-http=127\.0\.0\.1:\d+ admin=127\.0\.0\.1:\d+\n$",
            fixture.Host.Output);
        Assert.Equal(["collect", "engine", "serve"], fixture.Host.Children().Select(c => c.Role).Order());
    }

    [Fact]
    public async Task Collect_BusyProgram_IsShownByTheReadApiAndByTop()
    {
        using var busy = new ProcessBusy(Service);
        string functions = await UntilAsync(async () =>
        {
            JsonElement answer = await AskAsync("SelectMergeStacktraces", $$"""{service_name="{{Service}}"}""");
            string text = answer.GetRawText();
            return text.Contains(ProcessBusy.HotFunction, StringComparison.Ordinal) ? text : null;
        });
        Assert.Contains(ProcessBusy.Caller, functions);

        (int code, string table, string errors) = await RunAsync(
            "top", "--url", fixture.Address("http").ToString(), "--service", Service, "--last", "2m");
        Assert.True(code == 0, errors);
        Assert.Contains("CORES", table);
        Assert.Contains(Service, table);
        Assert.Contains(ProcessBusy.HotFunction, table);

        (code, string json, errors) = await RunAsync(
            "top", "--url", fixture.Address("http").ToString(), "--service", Service, "--last", "2m", "--output", "json");
        Assert.True(code == 0, errors);
        JsonElement report = JsonDocument.Parse(json).RootElement;
        JsonElement hot = report.GetProperty("functions").EnumerateArray().First();
        Assert.Equal(ProcessBusy.HotFunction, hot.GetProperty("name").GetString());
        Assert.InRange(hot.GetProperty("selfShare").GetDouble(), 0.8, 1);
        Assert.InRange(
            report.GetProperty("functions").EnumerateArray().Single(f => f.GetProperty("name").GetString() == ProcessBusy.Caller)
                .GetProperty("totalShare").GetDouble(),
            0.9,
            1);
    }

    [Fact]
    public async Task Collect_HearthItself_IsNeverLeftOut()
    {
        string services = await UntilAsync(async () =>
        {
            JsonElement answer = await HostFixture.AskAsync(
                fixture.Address("http"), "Series", $$"""{"start":{{Ago(600)}},"end":{{Ago(-60)}},"labelNames":["service_name"]}""");
            string text = answer.GetRawText();
            return text.Contains("hearth-engine", StringComparison.Ordinal) ? text : null;
        });
        Assert.Contains("service_name", services);
    }

    [Theory]
    [InlineData("admin", "/livez", HttpStatusCode.OK)]
    [InlineData("admin", "/startupz", HttpStatusCode.OK)]
    [InlineData("admin", "/readyz", HttpStatusCode.OK)]
    [InlineData("admin", "/metrics", HttpStatusCode.OK)]
    [InlineData("http", "/", HttpStatusCode.OK)]
    [InlineData("http", "/ready", HttpStatusCode.OK)]
    [InlineData("http", "/livez", HttpStatusCode.NotFound)]
    [InlineData("http", "/metrics", HttpStatusCode.NotFound)]
    [InlineData("http", "/v1development/profiles", HttpStatusCode.NotFound)]
    [InlineData("admin", "/pyroscope/render", HttpStatusCode.NotFound)]
    [InlineData("otlp-http", "/metrics", HttpStatusCode.NotFound)]
    public async Task Listeners_Paths_AnswerOnTheirOwnPortOnly(string listener, string path, HttpStatusCode status)
    {
        using var client = new HttpClient();
        using HttpResponseMessage answer = await client.GetAsync(new Uri(fixture.Address(listener), path));
        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task Listeners_HostHeaderOfAnotherPort_OpensNothing()
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(fixture.Address("http"), "/metrics"));
        request.Headers.Host = fixture.Host.Endpoints["admin"].ToString();
        using HttpResponseMessage answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Metrics_Text_CountsWhatIngestDid()
    {
        await UntilAsync(async () =>
        {
            using var client = new HttpClient();
            string text = await client.GetStringAsync(new Uri(fixture.Address("admin"), "/metrics"));
            Assert.All(
                text.Split('\n', StringSplitOptions.RemoveEmptyEntries),
                line => Assert.Matches(@"^(# (HELP|TYPE) \S+ .*|[a-zA-Z_:][\w:]*(\{(,?[a-zA-Z_]\w*=""([^""\\]|\\.)*"")*\})? \S+)$", line));
            return text.Contains("\nhearth_ingest_", StringComparison.Ordinal) ? text : null;
        });
    }

    [Fact]
    public async Task FrontPage_Browser_SaysHowToGoOn()
    {
        using var client = new HttpClient();
        string page = await client.GetStringAsync(fixture.Address("http"));
        Assert.Contains("Grafana Pyroscope", page);
        Assert.Contains($"hearth top --url {fixture.Address("http").ToString().TrimEnd('/')}", page);
    }

    private static long Ago(int seconds) => (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - seconds) * 1000;

    private Task<JsonElement> AskAsync(string method, string selector) => HostFixture.AskAsync(
        fixture.Address("http"),
        method,
        $$"""
        {"profileTypeID":"{{CpuType}}","labelSelector":{{JsonSerializer.Serialize(selector)}},"start":{{Ago(600)}},"end":{{Ago(-60)}}}
        """);

    private static async Task<string> UntilAsync(Func<Task<string?>> ask)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        using var deadline = new CancellationTokenSource(s_shownWithin);
        while (await timer.WaitForNextTickAsync(deadline.Token))
        {
            if (await ask() is { } answer)
            {
                return answer;
            }
        }

        throw new TimeoutException();
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        await using HostProcess process = HostProcess.Start(arguments);
        int code = await process.ExitAsync(TimeSpan.FromSeconds(30));
        return (code, process.Output, process.Errors);
    }
}
