using Hearth.Storage.ClickHouse;
using Hearth.Storage.Writing;
using Hearth.Testing;
using Xunit;

namespace Hearth.Storage.Tests.Writing;

public sealed class RowWriterTests(EngineFixture fixture)
{
    private const string Counts = """
        SELECT (SELECT count() FROM sample), (SELECT sum(value) FROM sample), (SELECT count() FROM profile), (SELECT count() FROM series),
            (SELECT count() FROM stack), (SELECT count() FROM frame), (SELECT count() FROM function), (SELECT count() FROM mapping),
            (SELECT count() FROM header),
            (SELECT sum(value) FROM sample WHERE toStartOfHour(bucket) >= toDateTime(0) SETTINGS force_optimize_projection = 1)
        """;

    [Fact]
    public async Task Write_SameTokenTwice_StoresOnceInEveryTable()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        RowBatch batch = Some();

        await store.Writer.WriteAsync(batch, "segment-1", TestStore.Token);
        string once = await store.TextAsync(Counts);
        for (int i = 0; i < 3; i++)
        {
            await store.Writer.WriteAsync(batch, "segment-1", TestStore.Token);
        }

        Assert.Equal("2\t11\t1\t1\t1\t1\t1\t1\t1\t11", once);
        Assert.Equal(once, await store.TextAsync(Counts));
    }

    [Fact]
    public async Task Write_SameRowsOtherToken_StoresBoth()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        RowBatch batch = Some();

        await store.Writer.WriteAsync(batch, "segment-1", TestStore.Token);
        await store.Writer.WriteAsync(batch, "segment-2", TestStore.Token);

        Assert.Equal("4", await store.TextAsync("SELECT count() FROM sample"));
    }

    [Fact]
    public async Task Write_ManyDaysAndTenThousandRows_RetryStoresOnce()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        RowBatch batch = new();
        for (int i = 0; i < 15; i++)
        {
            batch.AddProfile("s", (ulong)i, 0, TestRows.Day + (i * 86_400L), [.. Enumerable.Range(0, 800).Select(n => ((ulong)n, 1L))]);
        }

        await store.Writer.WriteAsync(batch, "days", TestStore.Token);
        await store.Writer.WriteAsync(batch, "days", TestStore.Token);

        Assert.Equal("12000\t15", await store.TextAsync("SELECT count(), uniq(toDate(bucket)) FROM sample"));
    }

    [Fact]
    public async Task Write_RetryAfterPartOfIt_CompletesIt()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        RowBatch batch = Some();
        IReadOnlyList<TableBlock> blocks = batch.Finish();

        await store.Writer.WriteAsync([.. blocks.Take(blocks.Count - 1)], "segment", TestStore.Token);
        Assert.Equal("0", await store.TextAsync("SELECT count() FROM profile"));
        await store.Writer.WriteAsync(blocks, "segment", TestStore.Token);

        Assert.Equal("2\t11\t1\t1\t1\t1\t1\t1\t1\t11", await store.TextAsync(Counts));
    }

    [Fact]
    public async Task Write_KeptBytesOfAnEarlierBatch_InsertAsTheyLie()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        RowBatch batch = Some();
        List<TableBlock> kept = [.. batch.Finish().Select(static block => block with { NativeBlock = block.NativeBlock.ToArray() })];
        batch.Clear();

        await store.Writer.WriteAsync(kept, "kept", TestStore.Token);

        Assert.Equal("2\t11\t1\t1\t1\t1\t1\t1\t1\t11", await store.TextAsync(Counts));
    }

    [Fact]
    public async Task Write_Labels_ComeBackFromTheMap()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        RowBatch batch = new();
        batch.AddSeries("s", 5, 6, TestRows.Day, TestRows.Cpu, ("k8s.pod.name", "p-1"), ("odd", "\0'\n\\"));

        await store.Writer.WriteAsync(batch, "labels", TestStore.Token);

        Assert.Equal("p-1\t3", await store.TextAsync("SELECT labels['k8s.pod.name'], length(labels) FROM series"));
    }

    [Fact]
    public async Task Write_NoSuchTable_ThrowsAndSaysWhich()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);

        ClickHouseException error = await Assert.ThrowsAsync<ClickHouseException>(
            () => store.Writer.WriteAsync([Some().Finish()[0] with { Table = "nowhere" }], "x", TestStore.Token));

        Assert.Equal("UNKNOWN_TABLE", error.Name);
        Assert.Contains("nowhere", error.Message, StringComparison.Ordinal);
    }

    private static RowBatch Some()
    {
        RowBatch batch = new();
        batch.AddProfile("s", 1, 2, TestRows.Day, [(5, 6), (4, 5)]);
        batch.AddSeries("s", 1, 2, TestRows.Day, TestRows.Cpu, ("k8s.pod.name", "p"));
        batch.AddStack("s", 5, 8);
        batch.AddFrame(8, 9, 10, 0, 11);
        batch.AddFunction(11, "main");
        batch.AddMapping(9, "/bin/app");
        batch.Headers.Append(new HeaderRow
        {
            Tenant = "t"u8,
            Header = 3,
            Comments = "one\ntwo\n"u8,
            Mappings = [9],
            Starts = [0x400000],
            Limits = [0x500000],
            Offsets = [0],
            SeenSeconds = TestRows.Day,
        });
        return batch;
    }
}
