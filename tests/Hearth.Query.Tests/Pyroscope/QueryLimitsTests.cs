using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using Hearth.Profiles.Labels;
using Hearth.Query.Pyroscope;
using Hearth.Query.Selecting;
using Hearth.Query.Tests.Hosting;
using Hearth.Storage.ClickHouse;
using Hearth.Testing;
using Hearth.Wire.Rpc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Hearth.Query.Tests.Pyroscope;

public sealed class QueryLimitsTests(EngineFixture engine)
{
    private const long Start = 1_790_000_100_000;

    private static string Graph => $"{{\"profileTypeID\":\"{KnownData.Cpu.Id}\",\"start\":{Start},\"end\":{Start + 60_000}}}";

    private static string Chart =>
        $"{{\"profileTypeID\":\"{KnownData.Cpu.Id}\",\"start\":{Start},\"end\":{Start + 60_000},\"step\":5,\"groupBy\":[\"pod\"]}}";

    [Fact]
    public async Task Query_PastStacksSeriesOrPoints_IsResourceExhausted()
    {
        await using QueryHost stacks = await FilledAsync(new QueryOptions { StacksMax = 1 });
        await using QueryHost series = await FilledAsync(new QueryOptions { SeriesMax = 1 });
        await using QueryHost points = await FilledAsync(new QueryOptions { PointsMax = 1 });

        Assert.Contains("distinct stacks", await ExhaustedAsync(stacks, "SelectMergeStacktraces", Graph), StringComparison.Ordinal);
        Assert.Contains("series", await ExhaustedAsync(series, "SelectMergeStacktraces", Graph), StringComparison.Ordinal);
        Assert.Contains("points", await ExhaustedAsync(points, "SelectSeries", Chart), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_PastRowsOrBytesRead_IsResourceExhausted()
    {
        await using QueryHost rows = await FilledAsync(new QueryOptions { ReadRowsMax = 1 });
        await using QueryHost bytes = await FilledAsync(new QueryOptions { ReadBytesMax = 1 });

        Assert.Contains("shorter range", await ExhaustedAsync(rows, "SelectMergeStacktraces", Graph), StringComparison.Ordinal);
        Assert.Contains("shorter range", await ExhaustedAsync(bytes, "SelectSeries", Chart), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_TenYears_IsAnsweredAndBounded()
    {
        await using QueryHost host = await FilledAsync(new QueryOptions());
        long end = Start + (10L * 365 * 86_400_000);

        System.Text.Json.JsonElement chart = await host.OkAsync(
            "SelectSeries", $"{{\"profileTypeID\":\"{KnownData.Cpu.Id}\",\"start\":1,\"end\":{end},\"step\":0.001}}");
        System.Text.Json.JsonElement graph = await host.OkAsync(
            "SelectMergeStacktraces", $"{{\"profileTypeID\":\"{KnownData.Cpu.Id}\",\"start\":1,\"end\":\"{long.MaxValue}\"}}");

        Assert.Equal(2, chart.GetProperty("series")[0].GetProperty("points").GetArrayLength());
        Assert.Equal("6", graph.GetProperty("flamegraph").GetProperty("total").GetString());
    }

    [Fact]
    public async Task Query_LongRegexOrRequest_IsRefused()
    {
        await using QueryHost host = await FilledAsync(new QueryOptions { RegexLengthMax = 8, RequestBytesMax = 4_096 });

        string regex = await host.FailsAsync(
            "Series",
            $"{{\"matchers\":[\"{{a=~\\\"123456789\\\"}}\"],\"start\":1,\"end\":2}}",
            HttpStatusCode.BadRequest,
            "invalid_argument");
        await host.FailsAsync(
            "Series", $"{{\"matchers\":[\"{new string('a', 5_000)}\"]}}", HttpStatusCode.TooManyRequests, "resource_exhausted");

        Assert.Contains("at most 8", regex, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_LandingPageOfTheBrowser_IsAnsweredInParallel()
    {
        await using QueryHost host = await FilledAsync(new QueryOptions { ConcurrentMax = 2 });
        string range = $"\"start\":{Start},\"end\":{Start + 60_000}";

        Task<System.Text.Json.JsonElement>[] calls =
        [
            .. Enumerable.Range(0, 20).Select(_ => host.OkAsync("LabelValues", $"{{\"name\":\"pod\",{range}}}")),
            .. Enumerable.Range(0, 5).Select(_ => host.OkAsync("Series", $"{{\"labelNames\":[\"service_name\"],{range}}}")),
        ];

        Assert.All((await Task.WhenAll(calls)).Take(20), body => Assert.Equal(2, body.GetProperty("names").GetArrayLength()));
    }

    [Fact]
    public async Task Query_RandomBytes_AreNeverAFailureOfTheServer()
    {
        await using QueryHost host = await FilledAsync(new QueryOptions());
        Random random = new(7);
        string[] methods = ["ProfileTypes", "LabelNames", "LabelValues", "Series", "SelectSeries", "SelectMergeStacktraces", "Diff"];
        for (int round = 0; round < 300; round++)
        {
            byte[] body = new byte[random.Next(0, 40)];
            random.NextBytes(body);
            bool json = round % 2 == 0;
            if (json)
            {
                const string Letters = "{}[]\":,0129eE-+.nulltrfas\\start matchers";
                body = [.. body.Select(b => (byte)Letters[b % Letters.Length])];
            }

            using HttpRequestMessage request = new(HttpMethod.Post, "/querier.v1.QuerierService/" + methods[round % methods.Length])
            {
                Content = new ByteArrayContent(body),
            };
            request.Content.Headers.TryAddWithoutValidation("Content-Type", json ? "application/json" : "application/proto");
            using HttpResponseMessage response = await host.Http.SendAsync(request, QueryHost.Token);
            Assert.True((int)response.StatusCode is 200 or 400 or 501, $"{response.StatusCode} for {Convert.ToHexString(body)}");
        }
    }

    [Fact]
    public async Task Query_StoreAway_IsUnavailableWithASentence()
    {
        using Socket closed = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)closed.LocalEndPoint!).Port;
        ClickHouseClient client = new(new ClickHouseOptions { Url = new Uri($"http://127.0.0.1:{port}") });
        await using QueryHost host = await QueryHost.StartAsync(client);

        string message = await host.FailsAsync("GetProfileStats", "{}", HttpStatusCode.ServiceUnavailable, "unavailable");

        Assert.Contains("store", message, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_TooManyAtOnce_RefusesAndRecovers()
    {
        using QueryMetrics metrics = new();
        using QueryRunner runner = new(
            new QueryOptions { ConcurrentMax = 1, WaitingMax = 1 }, TimeProvider.System, metrics, NullLogger<QueryRunner>.Instance);
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<int> Run() => runner.RunAsync("test", async token =>
        {
            await gate.Task.WaitAsync(token);
            return 1;
        }, QueryHost.Token);

        Task<int> running = Run();
        Task<int> waiting = Run();
        RpcException refused = await Assert.ThrowsAsync<RpcException>(Run);
        gate.SetResult();

        Assert.Equal(RpcCode.ResourceExhausted, refused.Code);
        Assert.Equal(2, await running + await waiting);
        Assert.Equal(1, await Run());
    }

    [Fact]
    public async Task Run_PastItsTime_IsCancelledAndSaysSo()
    {
        using QueryMetrics metrics = new();
        using QueryRunner runner = new(
            new QueryOptions { TimeoutSeconds = 0.05 }, TimeProvider.System, metrics, NullLogger<QueryRunner>.Instance);

        RpcException error = await Assert.ThrowsAsync<RpcException>(() => runner.RunAsync(
            "test", token => new TaskCompletionSource<int>().Task.WaitAsync(token), QueryHost.Token));

        Assert.Equal(RpcCode.DeadlineExceeded, error.Code);
        Assert.Contains("0.05 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_CallerGone_IsCancelledWithoutAnAnswer()
    {
        using QueryMetrics metrics = new();
        using QueryRunner runner = new(new QueryOptions(), TimeProvider.System, metrics, NullLogger<QueryRunner>.Instance);
        using CancellationTokenSource caller = new();
        Task<int> running = runner.RunAsync("test", token => new TaskCompletionSource<int>().Task.WaitAsync(token), caller.Token);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public void Options_SeveralMistakes_AreReportedAtOnce()
    {
        QueryOptions options = new() { ConcurrentMax = 0, NodesMax = 0, TimeoutSeconds = 0 };

        ValidationException error = Assert.Throws<ValidationException>(() => new ServiceCollection().AddHearthQuery(options));

        Assert.Contains("ConcurrentMax", error.Message, StringComparison.Ordinal);
        Assert.Contains("NodesMax", error.Message, StringComparison.Ordinal);
        Assert.Contains("TimeoutSeconds", error.Message, StringComparison.Ordinal);
    }

    private static Task<string> ExhaustedAsync(QueryHost host, string method, string request) =>
        host.FailsAsync(method, request, HttpStatusCode.TooManyRequests, "resource_exhausted");

    private async Task<QueryHost> FilledAsync(QueryOptions options)
    {
        QueryHost host = await QueryHost.StartAsync(engine, options);
        KnownData data = new();
        data.Add(KnownData.Cpu, LabelSet.Of(("service_name", "api"), ("k8s.pod.name", "a")), Start, new("main", 1), new("main;foo", 2));
        data.Add(KnownData.Cpu, LabelSet.Of(("service_name", "api"), ("k8s.pod.name", "b")), Start + 30_000, new KnownSample("rt", 3));
        await data.WriteAsync(host);
        return host;
    }
}
