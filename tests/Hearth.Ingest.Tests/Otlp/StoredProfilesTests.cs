using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Hearth.Ingest.Otlp;
using Hearth.Profiles.Model;
using Hearth.Storage.Reading;
using Hearth.Testing;
using Hearth.Wire.Grpc;
using Hearth.Wire.Rpc;
using Xunit;

namespace Hearth.Ingest.Tests.Otlp;

/// <summary>From the wire into a real engine: what was sent is there, once, with the totals that were sent.</summary>
public sealed class StoredProfilesTests(EngineFixture fixture)
{
    [Fact]
    public async Task Export_RandomDocuments_TotalsAreEqualToTheUnit()
    {
        await using IngestHost host = await IngestHost.StartAsync(fixture);
        using GrpcClient client = host.Grpc();
        Random random = new(17);
        Int128 expected = 0;
        for (int i = 0; i < 10; i++)
        {
            long[] values = [.. Enumerable.Range(0, random.Next(1, 200)).Select(_ => (long)random.Next(0, 1_000_000))];
            expected += values.Sum();
            byte[] request = OtlpRequest.Of($"service{i % 3}", values);
            GrpcReply reply = await client.UnaryAsync(OtlpEndpoints.GrpcMethod, request, CancellationToken.None);
            Assert.Equal(RpcCode.Ok, reply.Code);
            Assert.Equal((null, null), OtlpRequest.Reply(reply.Body.Span));
        }

        string text = expected.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(text, await host.TextAsync("SELECT sum(value) FROM sample"));
        Assert.Equal(text, await host.TextAsync("SELECT sum(total) FROM profile"));
        Assert.Equal("10", await host.TextAsync("SELECT count() FROM profile"));
        Assert.Equal("3", await host.TextAsync("SELECT uniqExact(service) FROM series"));
        Assert.Equal(
            "0", await host.TextAsync("SELECT count() FROM sample WHERE (service, stack) NOT IN (SELECT service, stack FROM stack)"));
        Assert.Equal("0", await host.TextAsync(
            "SELECT count() FROM (SELECT arrayJoin(frames) AS f FROM stack) WHERE f NOT IN (SELECT frame FROM frame)"));
        Assert.Equal("0", await host.TextAsync(
            "SELECT count() FROM (SELECT arrayJoin(names.functions) AS f FROM frame) WHERE f NOT IN (SELECT function FROM function)"));
        Assert.Equal("0", await host.TextAsync("SELECT count() FROM profile WHERE header NOT IN (SELECT header FROM header)"));
    }

    [Fact]
    public async Task Export_StackIds_AreWhatTheEngineComputesFromTheFrames()
    {
        await using IngestHost host = await IngestHost.StartAsync(fixture);
        await PostAsync(host, OtlpRequest.Of("shop", 1, 2, 3, 4, 5));
        Assert.Equal("5\t5", await host.TextAsync(
            "SELECT count(), countIf(hash = h AND stack = bitAnd(h, toUInt128(18446744073709551615))) FROM (SELECT stack, hash, "
                + "xxh3_128(unhex(arrayStringConcat(arrayMap(f -> hex(reinterpretAsFixedString(f)), frames)))) AS h FROM stack)"));
    }

    [Fact]
    public async Task Export_Labels_AreStoredByTheAllowList()
    {
        await using IngestHost host = await IngestHost.StartAsync(fixture);
        DocumentBuilder builder = new();
        ProfileGroup group = builder.Group(
            ("service.name", "shop"), ("k8s.namespace.name", "web"), ("k8s.pod.name", "shop-1"), ("process.pid", 7), ("host.id", "x"));
        builder.Sample(builder.Profile(group, TimeProvider.System.GetUtcNow()), builder.Stack("leaf"), 5);
        await PostAsync(host, OtlpRequest.Of(builder.Document));

        SeriesRow series = Assert.Single(
            await host.Reader.ListSeriesAsync("anonymous", null, null, null, TestContext.Current.CancellationToken));
        Assert.Equal("shop", series.Service);
        Assert.Equal("process_cpu:cpu:nanoseconds:cpu:nanoseconds", series.ProfileType);
        Assert.Equal("{k8s.namespace.name=\"web\", k8s.pod.name=\"shop-1\", service_name=\"shop\"}", series.Labels.ToString());
    }

    [Fact]
    public async Task Export_SameRequestAgain_IsCountedOnce()
    {
        await using IngestHost host = await IngestHost.StartAsync(fixture);
        byte[] request = OtlpRequest.Of("shop", 10, 20, 30);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostAsync(host, request)));
        await PostAsync(host, request);
        Assert.Equal("60\t3", await host.TextAsync("SELECT sum(value), count() FROM sample"));
        Assert.Equal("1", await host.TextAsync("SELECT count() FROM profile"));
    }

    [Fact]
    public async Task Export_ManySendersAtOnce_NothingIsLostOrMixed()
    {
        await using IngestHost host = await IngestHost.StartAsync(fixture);
        await Parallel.ForAsync(0, 100, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
            await PostAsync(host, OtlpRequest.Of($"s{i % 10}", 1 + i, 1000 * i)));
        string expected = string.Join('\n', Enumerable.Range(0, 10).Select(service =>
            $"s{service}\t{Enumerable.Range(0, 100).Where(i => i % 10 == service).Sum(i => 1 + i + (1000 * i))}"));
        Assert.Equal(expected, await host.TextAsync("SELECT service, sum(value) FROM sample GROUP BY service ORDER BY service"));
        Assert.Equal(expected, await host.TextAsync("SELECT service, sum(total) FROM profile GROUP BY service ORDER BY service"));
        Assert.Equal("100", await host.TextAsync("SELECT count() FROM profile"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Export_ForeignSender_IsStoredLikeOurs(bool gzip)
    {
        await using IngestHost host = await IngestHost.StartAsync(fixture);
        await using NodePeer sender = await NodePeer.StartAsync(Repository.TestFile("Hearth.Ingest.Tests", "peers"), "otlp-sender.js");
        long start = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        JsonElement reply = await sender.AskAsync("send", new
        {
            target = host.GrpcUrl.Authority,
            gzip,
            serviceName = "ebpf",
            pod = "ebpf-1",
            startNanos = start.ToString(CultureInfo.InvariantCulture),
            stacks = 40,
            samples = 3000,
        });

        Assert.Equal(0, reply.GetProperty("code").GetInt32());
        Assert.Equal(JsonValueKind.Null, reply.GetProperty("rejected").ValueKind);
        long events = Enumerable.Range(0, 3000).Sum(i => (i % 3) + 1L);
        Assert.Equal($"{events * 50_000_000}", await host.TextAsync("SELECT sum(value) FROM sample"));
        Assert.Equal(
            "ebpf\tprocess_cpu:cpu:nanoseconds:cpu:nanoseconds\t{'k8s.pod.name':'ebpf-1','service_name':'ebpf'}",
            await host.TextAsync("SELECT service, ptype, labels FROM series"));
        Assert.Equal("40", await host.TextAsync("SELECT uniqExact(stack) FROM stack"));
        Assert.Equal("171", await host.TextAsync("SELECT max(span) FROM sample"));
        Assert.Equal("41", await host.TextAsync("SELECT uniqExact(name) FROM function"));
    }

    [Fact]
    public async Task Export_EngineGone_FailsAndIsExactAfterTheResend()
    {
        using TempFolder data = new();
        byte[] request = OtlpRequest.Of("shop", 1, 2, 3);
        EngineProcess engine = await EngineProcess.StartAsync(data.Path);
        IngestHost host = await IngestHost.StartAsync(engine, "gone");
        await PostAsync(host, OtlpRequest.Of("before", 5));
        await engine.DisposeAsync();
        using (HttpResponseMessage failed = await SendAsync(host, request))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.StatusCode);
        }

        await host.DisposeAsync();
        await using EngineProcess again = await EngineProcess.StartAsync(data.Path);
        await using IngestHost resumed = await IngestHost.StartAsync(again, "gone");
        await PostAsync(resumed, request);
        Assert.Equal("11", await resumed.TextAsync("SELECT sum(value) FROM sample"));
        Assert.Equal("2", await resumed.TextAsync("SELECT count() FROM profile"));
    }

    private static async Task PostAsync(IngestHost host, byte[] request)
    {
        using HttpResponseMessage answer = await SendAsync(host, request);
        byte[] body = await answer.Content.ReadAsByteArrayAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, OtlpRequest.Status(body).Message);
        Assert.Equal((null, null), OtlpRequest.Reply(body));
    }

    private static async Task<HttpResponseMessage> SendAsync(IngestHost host, byte[] request)
    {
        using ByteArrayContent content = new(request);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        return await host.Http.PostAsync(new Uri("/v1development/profiles", UriKind.Relative), content);
    }
}
