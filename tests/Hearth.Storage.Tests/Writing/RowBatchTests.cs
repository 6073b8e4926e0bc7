using Hearth.Storage.ClickHouse;
using Hearth.Storage.Writing;
using Xunit;

namespace Hearth.Storage.Tests.Writing;

public sealed class RowBatchTests
{
    [Fact]
    public void Finish_AllTables_ComeSymbolsFirstProfilesLast()
    {
        RowBatch batch = new();
        batch.AddProfile("s", 1, 2, TestRows.Day, [(5, 6)]);
        batch.AddSeries("s", 1, 2, TestRows.Day);
        batch.AddStack("s", 5, 8);
        batch.AddFrame(8, 9, 10, 0, 11);
        batch.AddFunction(11, "main");
        batch.AddMapping(9, "/bin/app");
        batch.Headers.Append(new HeaderRow { Tenant = "t"u8, Header = 3, SeenSeconds = TestRows.Day });

        IReadOnlyList<TableBlock> blocks = batch.Finish();

        Assert.Equal(
            ["function", "mapping", "frame", "stack", "header", "series", "sample", "profile"],
            blocks.Select(static block => block.Table));
        Assert.All(blocks, static block => Assert.Equal(1, block.Rows));
        Assert.Equal(8, batch.Rows);
        batch.Clear();
        Assert.Empty(batch.Finish());
    }

    [Fact]
    public void Samples_Appended_AllocateNothing()
    {
        RowBatch batch = new();
        Fill(batch, 50_000);
        batch.Finish();
        batch.Clear();
        long before = GC.GetAllocatedBytesForCurrentThread();

        Fill(batch, 50_000);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200);
    }

    [Fact]
    public void Samples_Presorted_AreTheSameRowsInKeyOrder()
    {
        Random random = new(3);
        RowBatch batch = new();
        List<(string Service, long Bucket, ulong Stack, ulong Group, ulong Series, int Slot, long Value)> expected = [];
        for (int i = 0; i < 4000; i++)
        {
            string service = $"s{random.Next(3)}";
            long seconds = TestRows.Day + random.Next(3 * 3600);
            ulong series = (ulong)random.Next(4);
            ulong group = (ulong)random.Next(2);
            ulong stack = random.Next(3) switch { 0 => 7, 1 => ulong.MaxValue - (ulong)random.Next(2), _ => (ulong)random.NextInt64() };
            batch.AddProfile(service, series, group, seconds, [(stack, i)]);
            expected.Add((service, seconds - (seconds % 3600), stack, group, series, (int)(seconds % 3600 / 5), i));
        }

        NativeBlock block = Read(batch.Samples.Finish());

        expected.Sort();
        for (int i = 0; i < expected.Count; i++)
        {
            var row = expected[i];
            Assert.Equal(row.Service, block["service"].Text(i));
            Assert.Equal(row.Bucket, block["bucket"].Values<uint>()[i]);
            Assert.Equal(row.Stack, block["stack"].Values<ulong>()[i]);
            Assert.Equal(row.Group, block["grp"].Values<ulong>()[i]);
            Assert.Equal(row.Series, block["series"].Values<ulong>()[i]);
            Assert.Equal(row.Slot, block["slot"].Values<ushort>()[i]);
            Assert.Equal(row.Value, block["value"].Values<long>()[i]);
        }
    }

    [Fact]
    public void Samples_Truncated_ForgetTheRowsBehind()
    {
        RowBatch batch = new();
        batch.AddProfile("a", 1, 1, TestRows.Day, [(1, 1), (2, 2)]);
        int rows = batch.Samples.Rows;
        batch.AddProfile("b", 1, 1, TestRows.Day, [(3, 3)]);

        batch.Samples.Truncate(rows);

        NativeBlock block = Read(batch.Samples.Finish());
        Assert.Equal([1UL, 2UL], block["stack"].Values<ulong>().ToArray());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1L << 33)]
    public void Samples_BeginOutsideTheClock_Throws(long seconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RowBatch().AddProfile("s", 1, 1, seconds, []));

    private static void Fill(RowBatch batch, int rows)
    {
        for (int profile = 0; profile < rows / 500; profile++)
        {
            batch.Samples.Begin(new SampleScope
            {
                Tenant = "t"u8,
                Service = "service"u8,
                ProfileType = "process_cpu:cpu:nanoseconds:cpu:nanoseconds"u8,
                StartSeconds = TestRows.Day + profile,
                Group = 1,
                Series = (ulong)profile,
                RetentionDays = 30,
            });
            for (ulong i = 0; i < 500; i++)
            {
                batch.Samples.Append(i * 0x9E3779B97F4A7C15, 10_000_000);
            }
        }
    }

    private static NativeBlock Read(TableBlock finished)
    {
        Assert.Equal(NativeReadStatus.Complete, NativeBlockReader.TryRead(finished.NativeBlock, out NativeBlock block, out _));
        Assert.Equal(finished.Rows, block.Rows);
        return block;
    }
}
