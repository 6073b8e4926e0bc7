using System.Net;
using System.Text;
using Hearth.Storage.ClickHouse;
using Hearth.Storage.Schema;
using Hearth.Storage.Tests.Writing;
using Hearth.Storage.Writing;
using Hearth.Testing;
using Xunit;

namespace Hearth.Storage.Tests.Engine;

/// <summary>The engine's process as a whole: start, refusal, restart, kill, end.</summary>
public sealed class EngineProcessTests(EngineFixture fixture)
{
    [Fact]
    public async Task Restart_AfterSigterm_KeepsEverythingAndEndsWithinFiveSeconds()
    {
        using TempFolder data = new();
        EngineProcess first = await EngineProcess.StartAsync(data.Path);
        using (TestStore store = await ApplyAsync(first))
        {
            await store.Writer.WriteAsync(Batch(1), "one", TestStore.Token);
        }

        (int code, TimeSpan took) = await first.StopAsync();

        Assert.Equal(0, code);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await using EngineProcess second = await EngineProcess.StartAsync(data.Path);
        using TestStore again = TestStore.Of(second, "hearth");
        Assert.Equal("1\t1", await again.TextAsync("SELECT (SELECT count() FROM sample), (SELECT count() FROM profile)"));
        await again.Writer.WriteAsync(Batch(1), "one", TestStore.Token);
        Assert.Equal("1", await again.TextAsync("SELECT count() FROM sample"));
        await first.DisposeAsync();
    }

    [Fact]
    public async Task Kill_DuringInserts_LosesNothingThatWasAcknowledged()
    {
        using TempFolder data = new();
        int acknowledged = 0;
        await using (EngineProcess first = await EngineProcess.StartAsync(data.Path))
        {
            using TestStore store = await ApplyAsync(first);
            Task writing = Task.Run(async () =>
            {
                while (true)
                {
                    int next = acknowledged + 1;
                    await store.Writer.WriteAsync(Batch(next), $"segment-{next}", TestStore.Token);
                    Volatile.Write(ref acknowledged, next);
                }
            });
            while (Volatile.Read(ref acknowledged) < 20 && !writing.IsCompleted)
            {
                await Task.Yield();
            }

            await first.KillAsync();
            await Assert.ThrowsAsync<ClickHouseException>(() => writing);
        }

        await using EngineProcess second = await EngineProcess.StartAsync(data.Path);
        using TestStore again = TestStore.Of(second, "hearth");
        string expected = Sum(acknowledged);
        string found = await again.TextAsync("SELECT count(), sum(value) FROM sample WHERE value <= " + acknowledged);
        Assert.Equal(expected, found);

        // The insert that was under way is written again, as a spool would: it counts once.
        await again.Writer.WriteAsync(Batch(acknowledged + 1), $"segment-{acknowledged + 1}", TestStore.Token);
        Assert.Equal(Sum(acknowledged + 1), await again.TextAsync("SELECT count(), sum(value) FROM sample"));
        Assert.Equal(Sum(acknowledged + 1), await again.TextAsync("SELECT count(), sum(total) FROM profile"));
    }

    [Fact]
    public async Task Start_SecondOnOneDirectory_IsRefusedWithASentence()
    {
        using TempFolder data = new();
        await using EngineProcess first = await EngineProcess.StartAsync(data.Path);

        (int code, string errors) = await EngineProcess.RunAsync(data.Path);

        Assert.Equal(1, code);
        Assert.Contains($"the data directory {data.Path} is used by another hearth process", errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
        using TestStore store = await ApplyAsync(first);
        Assert.Equal("1", await store.TextAsync("SELECT 1"));
    }

    [Fact]
    public async Task Start_NoLibrary_SaysWhatToDo()
    {
        using TempFolder data = new();

        (int code, string errors) = await EngineProcess.RunAsync(data.Path, ("HEARTH_ENGINE_LIBRARY", "/nonexistent/libchdb.so"));

        Assert.Equal(1, code);
        Assert.Contains("/nonexistent/libchdb.so", errors, StringComparison.Ordinal);
        Assert.Contains("--clickhouse URL", errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
    }

    [Fact]
    public async Task Start_LibraryOfAnotherKind_SaysWhatToDo()
    {
        using TempFolder data = new();
        string library = data.At("libchdb.so");
        await File.WriteAllTextAsync(library, "not a library", TestStore.Token);

        (int code, string errors) = await EngineProcess.RunAsync(data.At("data"), ("HEARTH_ENGINE_LIBRARY", library));

        Assert.Equal(1, code);
        Assert.Contains("cannot be loaded", errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
    }

    [Fact]
    public async Task Start_OpenToTheNetworkWithoutKey_IsRefused()
    {
        using TempFolder data = new();

        (int code, string errors) = await EngineProcess.RunAsync(
            data.Path, ("HEARTH_ENGINE_KEY", ""), ("HEARTH_ENGINE_LISTEN", "0.0.0.0"));

        Assert.Equal(1, code);
        Assert.Contains("HEARTH_ENGINE_KEY", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PortInUse_NamesPortAndFlag()
    {
        EngineProcess engine = await fixture.EngineAsync();
        using TempFolder data = new();

        (int code, string errors) = await EngineProcess.RunAsync(data.Path, ("HEARTH_ENGINE_HTTP_PORT", $"{engine.Url.Port}"));

        Assert.Equal(1, code);
        Assert.Contains($"port {engine.Url.Port} is in use", errors, StringComparison.Ordinal);
        Assert.Contains("--http-port", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_WithoutTheKey_IsRefused()
    {
        EngineProcess engine = await fixture.EngineAsync();
        using HttpClient http = new();

        using HttpResponseMessage none = await http.PostAsync(engine.Url, new StringContent("SELECT 1"), TestStore.Token);
        using HttpRequestMessage wrong = new(HttpMethod.Post, engine.Url) { Content = new StringContent("SELECT 1") };
        wrong.Headers.Add("X-ClickHouse-Key", "guess");
        using HttpResponseMessage refused = await http.SendAsync(wrong, TestStore.Token);

        Assert.Equal(HttpStatusCode.Forbidden, none.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("516", refused.Headers.GetValues("X-ClickHouse-Exception-Code").Single());
        Assert.Equal("Ok.\n", await http.GetStringAsync(new Uri(engine.Url, "/ping"), TestStore.Token));
    }

    [Theory]
    [InlineData("", "SELEC 1", 400, "62")]
    [InlineData("", "SELECT * FROM nowhere", 404, "60")]
    [InlineData("database=nowhere", "SELECT 1", 404, "81")]
    [InlineData("nosuchsetting=1", "SELECT 1", 404, "115")]
    [InlineData("max_threads=x", "SELECT 1", 400, "27")]
    [InlineData("bad%20name=1", "SELECT 1", 404, "115")]
    [InlineData("", "SELECT throwIf(1)", 500, "395")]
    [InlineData("query=INSERT%20INTO%20nowhere%20FORMAT%20Native", "x", 404, "60")]
    [InlineData("compress=1", "SELECT 1", 501, "48")]
    public async Task Request_Wrong_GetsTheStatusAServerGives(string query, string body, int status, string code)
    {
        using HttpResponseMessage response = await SendAsync(query, new StringContent(body));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(code, response.Headers.GetValues("X-ClickHouse-Exception-Code").Single());
        Assert.StartsWith(
            $"Code: {code}. DB::Exception: ", await response.Content.ReadAsStringAsync(TestStore.Token), StringComparison.Ordinal);
        using HttpResponseMessage after = await SendAsync("", new StringContent("SELECT 1"));
        Assert.Equal("1\n", await after.Content.ReadAsStringAsync(TestStore.Token));
    }

    [Fact]
    public async Task Request_Formats_AreTheOnesAskedFor()
    {
        Assert.Equal("1\tx\n", await TextAsync("", "SELECT 1, 'x'"));
        Assert.Equal("{\"a\":1}\n", await TextAsync("default_format=JSONEachRow", "SELECT 1 AS a"));
        Assert.Contains("\"data\":", await TextAsync("", "SELECT 1 AS a FORMAT JSONCompact"), StringComparison.Ordinal);
        Assert.Equal("7\n", await TextAsync("param_n=7&query=SELECT%20%7Bn%3AUInt8%7D", ""));
        Assert.Equal("2\n", await TextAsync("query=SELECT%201", "+ 1"));
    }

    [Fact]
    public async Task Request_MalformedBodies_AreRefusedAndTheEngineGoesOn()
    {
        using ByteArrayContent notGzip = new(Encoding.ASCII.GetBytes("SELECT 1"));
        notGzip.Headers.ContentEncoding.Add("gzip");
        using ByteArrayContent unknown = new(Encoding.ASCII.GetBytes("SELECT 1"));
        unknown.Headers.ContentEncoding.Add("zstd");
        using ByteArrayContent large = new(new byte[5 << 20]);

        using HttpResponseMessage first = await SendAsync("", notGzip);
        using HttpResponseMessage second = await SendAsync("", unknown);
        using HttpResponseMessage third = await SendAsync("", large);

        Assert.Equal(HttpStatusCode.BadRequest, first.StatusCode);
        Assert.Equal(HttpStatusCode.InternalServerError, second.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, third.StatusCode);
        Assert.Equal("1\n", await TextAsync("", "SELECT 1"));
    }

    [Fact]
    public async Task Request_MoreThanRunAndWait_AreRefusedAsBusy()
    {
        using TempFolder data = new();
        await using EngineProcess engine = await EngineProcess.StartAsync(
            data.Path, ("HEARTH_ENGINE_CONNECTIONS_MAX", "2"), ("HEARTH_ENGINE_QUEUE_MAX", "1"));
        using TestStore store = TestStore.Of(engine, "default");
        using CancellationTokenSource cancel = new();
        Task[] running = [.. Enumerable.Range(0, 6).Select(_ => store.Client.ExecuteAsync(
            "SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))", cancel.Token))];

        // Two run, one waits, three are refused.
        List<Task> left = [.. running];
        for (int i = 0; i < 3; i++)
        {
            Task refused = await Task.WhenAny(left);
            left.Remove(refused);
            ClickHouseException error = await Assert.ThrowsAsync<ClickHouseException>(() => refused);
            Assert.Equal("TOO_MANY_SIMULTANEOUS_QUERIES", error.Name);
            Assert.True(error.IsTransient);
        }

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(left));
        Assert.Equal("1", await OnceFreeAsync(store));
    }

    [Fact]
    public async Task Stop_WhileAStatementRuns_EndsWithinFiveSeconds()
    {
        using TempFolder data = new();
        await using EngineProcess engine = await EngineProcess.StartAsync(data.Path);
        using TestStore store = TestStore.Of(engine, "default");
        Task endless = store.Client.ExecuteAsync(
            "SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))", TestStore.Token);

        (int code, TimeSpan took) = await engine.StopAsync();

        Assert.Equal(0, code);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<ClickHouseException>(() => endless);
    }

    private static async Task<string> OnceFreeAsync(TestStore store)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(20));
        while (true)
        {
            try
            {
                return await store.TextAsync("SELECT 1");
            }
            catch (ClickHouseException error) when (error.IsTransient)
            {
                // The statements that nobody waits for are still being stopped.
                deadline.Token.ThrowIfCancellationRequested();
            }
        }
    }

    private static async Task<TestStore> ApplyAsync(EngineProcess engine)
    {
        TestStore store = TestStore.Of(engine, "hearth");
        await new SchemaApplier(store.Client, new SchemaOptions()).ApplyAsync(TestStore.Token);
        return store;
    }

    private static RowBatch Batch(int number)
    {
        RowBatch batch = new();
        batch.AddProfile("s", 1, 1, TestRows.Day + (number * 5), [((ulong)number, number)]);
        return batch;
    }

    private static string Sum(int count) => $"{count}\t{(long)count * (count + 1) / 2}";

    private async Task<HttpResponseMessage> SendAsync(string query, HttpContent content)
    {
        EngineProcess engine = await fixture.EngineAsync();
        using HttpClient http = new();
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(engine.Url, "?" + query)) { Content = content };
        request.Headers.Add("X-ClickHouse-Key", engine.Key);
        return await http.SendAsync(request, TestStore.Token);
    }

    private async Task<string> TextAsync(string query, string body)
    {
        using HttpResponseMessage response = await SendAsync(query, new StringContent(body));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(TestStore.Token);
    }
}
