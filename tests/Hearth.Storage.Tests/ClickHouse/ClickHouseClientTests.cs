using System.Net;
using System.Net.Sockets;
using System.Text;
using FsCheck.Fluent;
using Hearth.Storage.ClickHouse;
using Hearth.Testing;
using Xunit;

namespace Hearth.Storage.Tests.ClickHouse;

public sealed class ClickHouseClientTests(EngineFixture fixture)
{
    private static readonly string[] Awkward =
        ["", "'", "\\", "\\'", "a\tb\nc\r\0d\b\f", "NULL", "\\N", "{x:String}",
        "'; DROP TABLE t; --", "[1]", "日本 🔥", "%26&=+ #?", "\u2028"];

    [Fact]
    public async Task Bind_AnyString_ComesBackAsItWas()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        IEnumerable<string> random = ArbMapStrings().Sample(30, 60);
        foreach (string value in Awkward.Concat(random))
        {
            ClickHouseStatement statement = new ClickHouseStatement("SELECT {one:String}, {many:Array(String)}")
                .Bind("one", value)
                .Bind("many", ["x", value]);
            await using ClickHouseResult result = await store.Client.QueryAsync(statement, TestStore.Token);
            NativeBlock block = (await result.ReadBlockAsync(TestStore.Token))!;

            Assert.Equal(Encoding.UTF8.GetBytes(value), block[0].Bytes(0).ToArray());
            Assert.Equal(Encoding.UTF8.GetBytes(value), block[1].Elements.Bytes(1).ToArray());
        }
    }

    [Fact]
    public async Task Query_NulAndEveryByte_IsData()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        await using ClickHouseResult result = await store.Client.QueryAsync(
            new ClickHouseStatement(
                "SELECT arrayStringConcat(arrayMap(x -> char(x), range(256))), '\\r\\n__exception__\\r\\nabcdefghijklmnop\\r\\nCode: 1'"),
            TestStore.Token);

        NativeBlock block = (await result.ReadBlockAsync(TestStore.Token))!;

        Assert.Equal(Enumerable.Range(0, 256).Select(static i => (byte)i), block[0].Bytes(0).ToArray());
        Assert.Contains("__exception__", block[1].Text(0), StringComparison.Ordinal);
        Assert.Null(await result.ReadBlockAsync(TestStore.Token));
    }

    [Theory]
    [InlineData("SELEC 1", 62, "SYNTAX_ERROR")]
    [InlineData("SELECT * FROM nothing_here", 60, "UNKNOWN_TABLE")]
    [InlineData("SELECT {missing:String}", 456, "UNKNOWN_QUERY_PARAMETER")]
    public async Task Query_Refused_ThrowsCodeAndName(string sql, int code, string name)
    {
        using TestStore store = await TestStore.CreateAsync(fixture);

        ClickHouseException error = await Assert.ThrowsAsync<ClickHouseException>(
            async () => await store.Client.QueryAsync(new ClickHouseStatement(sql), TestStore.Token));

        Assert.Equal((ClickHouseFailure.Server, code, name), (error.Failure, error.Code, error.Name));
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task Query_BadParameterValue_IsRefused()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        ClickHouseStatement statement = new ClickHouseStatement("SELECT {n:UInt8}").Bind("n", "not a number");

        ClickHouseException error = await Assert.ThrowsAsync<ClickHouseException>(
            async () => await store.Client.QueryAsync(statement, TestStore.Token));

        Assert.Equal("BAD_QUERY_PARAMETER", error.Name);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Query_FailsMidStream_GivesTheRowsBeforeAndThenThrows(bool compress)
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        using ClickHouseClient client = store.NewClient(options => options.Compress = compress);
        await using ClickHouseResult result = await client.QueryAsync(
            new ClickHouseStatement("SELECT number, throwIf(number = 1500000, 'no further') FROM numbers(2000000)").Set("max_threads", 1),
            TestStore.Token);

        long rows = 0;
        ClickHouseException error = await Assert.ThrowsAsync<ClickHouseException>(async () =>
        {
            while (await result.ReadBlockAsync(TestStore.Token) is { } block)
            {
                rows += block.Rows;
            }
        });

        Assert.InRange(rows, 500_000, 1_500_000);
        Assert.Equal((395, "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO"), (error.Code, error.Name));
        Assert.Contains("no further", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Query_MillionsOfRows_StreamsThemAll(bool compress)
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        using ClickHouseClient client = store.NewClient(options => options.Compress = compress);
        await using ClickHouseResult result = await client.QueryAsync(
            new ClickHouseStatement("SELECT number, toString(number) FROM numbers(2000000)"), TestStore.Token);

        ulong sum = 0;
        long characters = 0;
        while (await result.ReadBlockAsync(TestStore.Token) is { } block)
        {
            foreach (ulong number in block[0].Values<ulong>())
            {
                sum += number;
            }

            for (int i = 0; i < block.Rows; i++)
            {
                characters += block[1].Bytes(i).Length;
            }
        }

        Assert.Equal(1_999_999_000_000UL, sum);
        Assert.Equal(12_888_890, characters);
    }

    [Fact]
    public async Task Query_NoRows_EndsAtOnce()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        await using ClickHouseResult result = await store.Client.QueryAsync(new ClickHouseStatement("SELECT 1 WHERE 0"), TestStore.Token);

        Assert.Null(await result.ReadBlockAsync(TestStore.Token));
    }

    [Fact]
    public async Task Query_ResultBeyondTheLimit_IsRefusedWithASentence()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        using ClickHouseClient client = store.NewClient(options => options.ResultBytesMax = 1 << 20);
        await using ClickHouseResult result = await client.QueryAsync(
            new ClickHouseStatement("SELECT number FROM numbers(10000000)"), TestStore.Token);

        ClickHouseException error = await Assert.ThrowsAsync<ClickHouseException>(async () =>
        {
            while (await result.ReadBlockAsync(TestStore.Token) is not null)
            {
            }
        });

        Assert.Equal(ClickHouseFailure.TooLarge, error.Failure);
    }

    [Fact]
    public async Task Query_Summary_CountsWhatWasRead()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        await using ClickHouseResult result = await store.Client.QueryAsync(
            new ClickHouseStatement("SELECT sum(number) FROM numbers(1000)"), TestStore.Token);

        Assert.Equal(1000UL, result.Summary.ReadRows);
    }

    [Fact]
    public async Task Query_Cancelled_EndsInTheEngineToo()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        using CancellationTokenSource cancel = new();
        Task<ClickHouseResult> running = store.Client.QueryAsync(
            new ClickHouseStatement("SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number), 'cancel me')"),
            cancel.Token);
        await UntilAsync(store, "1");

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await UntilAsync(store, "0");
    }

    [Fact]
    public async Task Query_SlowerThanItsTimeout_SaysSo()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        ClickHouseStatement slow = new("SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number), 'slow')")
        {
            Timeout = TimeSpan.FromMilliseconds(300),
        };

        ClickHouseException error = await Assert.ThrowsAsync<ClickHouseException>(
            async () => await store.Client.QueryAsync(slow, TestStore.Token));

        Assert.Equal(ClickHouseFailure.Timeout, error.Failure);
        Assert.True(error.IsTransient);
    }

    [Fact]
    public async Task Query_NothingListens_SaysWhereItLooked()
    {
        using Socket held = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        held.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)held.LocalEndPoint!).Port;
        using ClickHouseClient client = new(new ClickHouseOptions { Url = new Uri($"http://127.0.0.1:{port}") });

        ClickHouseException error = await Assert.ThrowsAsync<ClickHouseException>(
            () => client.ExecuteAsync("SELECT 1", TestStore.Token));

        Assert.Equal(ClickHouseFailure.Unreachable, error.Failure);
        Assert.Contains($"127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task Settings_OfOneStatement_DoNotReachTheNext()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        string before = await store.TextAsync("SELECT getSetting('max_block_size')");
        for (int i = 0; i < 20; i++)
        {
            string set = await store.Client.ExecuteAsync(
                new ClickHouseStatement("SELECT getSetting('max_block_size')").Set("max_block_size", 1234), TestStore.Token);
            Assert.Equal("1234\n", set);
            Assert.Equal(before, await store.TextAsync("SELECT getSetting('max_block_size')"));
            await Assert.ThrowsAsync<ClickHouseException>(() => store.Client.ExecuteAsync(
                new ClickHouseStatement("SELECT 1").Set("max_block_size", 99).Set("no_such_setting", 1), TestStore.Token));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Insert_CutShort_StoresNothing(bool compress)
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        using ClickHouseClient client = store.NewClient(options => options.Compress = compress);
        await store.TextAsync("CREATE TABLE cut (a UInt64) ENGINE = MergeTree ORDER BY a");
        ValueColumn<ulong> column = new("a", "UInt64");
        column.Fill(7, 1000);
        NativeBlockWriter writer = new();
        writer.WriteBlock([column]);

        ClickHouseException error = await Assert.ThrowsAsync<ClickHouseException>(
            () => client.InsertAsync("cut", writer.WrittenMemory[..^3], "cut", TestStore.Token));
        Assert.Equal(ClickHouseFailure.Server, error.Failure);
        Assert.Equal("0", await store.TextAsync("SELECT count() FROM cut"));

        await client.InsertAsync("cut", writer.WrittenMemory, "whole", TestStore.Token);
        Assert.Equal("1000", await store.TextAsync("SELECT count() FROM cut"));
    }

    private static FsCheck.Gen<string> ArbMapStrings() =>
        ArbMap.Default.ArbFor<string>().Generator.Where(static text => text is not null && !text.Any(char.IsSurrogate));

    private static async Task UntilAsync(TestStore store, string count)
    {
        const string Sql =
            "SELECT count() FROM system.processes WHERE query LIKE '%\\'cancel me\\'%' AND query NOT LIKE '%system.processes%'";
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(20));
        while (await store.TextAsync(Sql) != count)
        {
            deadline.Token.ThrowIfCancellationRequested();
        }
    }
}
