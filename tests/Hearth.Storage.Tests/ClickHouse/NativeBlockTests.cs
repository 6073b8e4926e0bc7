using FsCheck;
using FsCheck.Fluent;
using Hearth.Storage.ClickHouse;
using Hearth.Testing;
using Xunit;

namespace Hearth.Storage.Tests.ClickHouse;

public sealed class NativeBlockTests(EngineFixture fixture)
{
    [Fact]
    public void WriteBlock_AnyRows_ReadBackTheSame() =>
        Prop.ForAll(Rows.Arbitrary, rows => AssertSame(rows, Read(rows.Write()), rows.Order)).QuickCheckThrowOnFailure();

    [Fact]
    public async Task Insert_AnyRows_SelectGivesTheSame()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        int number = 0;
        foreach (Rows rows in Rows.Arbitrary.Generator.Where(static rows => rows.Number.Length > 0).Sample(24, 40))
        {
            string table = $"rows_{number++}";
            await store.TextAsync($"CREATE TABLE {table} ({Rows.Ddl}) ENGINE = Memory");

            await store.Client.InsertAsync(table, rows.Write(), $"{number}", TestStore.Token);

            await using ClickHouseResult result = await store.Client.QueryAsync(
                new ClickHouseStatement($"SELECT * FROM {table}"), TestStore.Token);
            NativeBlock block = (await result.ReadBlockAsync(TestStore.Token))!;
            AssertSame(rows, block, rows.Order);
            Assert.Null(await result.ReadBlockAsync(TestStore.Token));
        }
    }

    [Fact]
    public void TryRead_AnyCutOrChangedByte_NeverThrows() =>
        Prop.ForAll(Rows.Arbitrary, Gen.Choose(0, int.MaxValue).ToArbitrary(), Gen.Choose(0, 255).ToArbitrary(), (rows, place, change) =>
        {
            byte[] bytes = rows.Write().ToArray();
            for (int i = 0; i < Math.Min(bytes.Length, 200); i++)
            {
                Assert.NotEqual(NativeReadStatus.Complete, NativeBlockReader.TryRead(bytes.AsMemory(0, i), out _, out _));
            }

            if (bytes.Length > 0)
            {
                bytes[place % bytes.Length] = (byte)change;
                NativeBlockReader.TryRead(bytes, out _, out _);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryRead_RandomBytes_NeverThrows() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            NativeBlockReader.TryRead(bytes, out _, out _);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryRead_HugeCounts_AllocatesNothingForThem()
    {
        // One column, 2^31 - 1 rows of strings, and no data.
        byte[] bytes = [1, 0xff, 0xff, 0xff, 0xff, 7, 1, (byte)'a', 6, .. "String"u8];
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(NativeReadStatus.More, NativeBlockReader.TryRead(bytes, out _, out _));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
    }

    [Fact]
    public async Task Select_EveryTypeThatIsRead_ComesInItsPlace()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        const string Sql = """
            SELECT toUInt8(200) AS u8, toInt16(-2) AS i16, toFloat64(1.5) AS f64, toUInt128(7) * pow2 AS u128, toDate('2026-01-02') AS date,
                toDateTime('2026-01-02 03:04:05', 'UTC') AS time, toDateTime64('2026-01-02 03:04:05.5', 9, 'Europe/Berlin') AS nano,
                toFixedString('ab', 4) AS fixed, CAST(NULL, 'Nullable(Int64)') AS nothing, toNullable(toInt64(5)) AS something,
                CAST('x', 'LowCardinality(String)') AS low, CAST(NULL, 'LowCardinality(Nullable(String))') AS lownull,
                CAST(map('k', [1, 2]), 'Map(LowCardinality(String), Array(UInt64))') AS pairs,
                CAST((1, ['a', NULL], [[2], []]),
                    'Tuple(version UInt32, names Array(Nullable(String)), deep Array(Array(Int64)))') AS parts,
                CAST([], 'Array(LowCardinality(String))') AS empty, true AS yes, toUUID('00112233-4455-6677-8899-aabbccddeeff') AS uuid,
                CAST('a', 'Enum8(\'a\' = 1, \'b, (\' = 2)') AS letter, toDecimal64(1.25, 4) AS money, toIPv6('::1') AS ip, NULL AS void,
                'last' AS last
            FROM (SELECT toUInt128(18446744073709551616) AS pow2)
            """;
        await using ClickHouseResult result = await store.Client.QueryAsync(new ClickHouseStatement(Sql), TestStore.Token);

        NativeBlock block = (await result.ReadBlockAsync(TestStore.Token))!;

        Assert.Equal(200, block["u8"].Values<byte>()[0]);
        Assert.Equal(-2, block["i16"].Values<short>()[0]);
        Assert.Equal(1.5, block["f64"].Values<double>()[0]);
        Assert.Equal((UInt128)7 << 64, block["u128"].Values<UInt128>()[0]);
        Assert.Equal(20455, block["date"].Values<ushort>()[0]);
        Assert.Equal(1767323045u, block["time"].Values<uint>()[0]);
        Assert.Equal(1767319445_500000000, block["nano"].Values<long>()[0]);
        Assert.Equal("ab\0\0", block["fixed"].Text(0));
        Assert.True(block["nothing"].IsNull(0));
        Assert.Equal(5, block["something"].Values<long>()[0]);
        Assert.False(block["something"].IsNull(0));
        Assert.Equal("x", block["low"].Text(0));
        Assert.True(block["lownull"].IsNull(0));
        Assert.Equal("k", block["pairs"].Elements.Item(0).Text(0));
        Assert.Equal([1UL, 2UL], block["pairs"].Elements.Item(1).Elements.Values<ulong>().ToArray());
        Assert.Equal(1u, block["parts"].Item("version").Values<uint>()[0]);
        Assert.True(block["parts"].Item("names").Elements.IsNull(1));
        Assert.Equal((1, 0), block["parts"].Item("deep").Elements.Range(1));
        Assert.Equal((0, 0), block["empty"].Range(0));
        Assert.Equal(1, block["yes"].Values<byte>()[0]);
        Assert.Equal(1, block["letter"].Values<sbyte>()[0]);
        Assert.Equal(12500, block["money"].Values<long>()[0]);
        Assert.True(block["void"].IsNull(0));
        Assert.Equal("last", block["last"].Text(0));
    }

    private static NativeBlock Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return new NativeBlock(0, []);
        }

        Assert.Equal(NativeReadStatus.Complete, NativeBlockReader.TryRead(bytes, out NativeBlock block, out int size));
        Assert.Equal(bytes.Length, size);
        return block;
    }

    private static void AssertSame(Rows rows, NativeBlock block, int[] order)
    {
        Assert.Equal(rows.Number.Length, block.Rows);
        for (int i = 0; i < block.Rows; i++)
        {
            int row = order.Length == 0 ? i : order[i];
            Assert.Equal(rows.Number[row], block["number"].Values<long>()[i]);
            Assert.Equal((UInt128)(ulong)rows.Number[row] * ulong.MaxValue, block["wide"].Values<UInt128>()[i]);
            Assert.Equal(rows.Text[row], block["text"].Bytes(i).ToArray());
            Assert.Equal(rows.Text[row], block["low"].Bytes(i).ToArray());
            (int start, int count) = block["list"].Range(i);
            Assert.Equal(rows.List[row], block["list"].Elements.Values<ulong>().Slice(start, count).ToArray());
            NativeColumn names = block["names"];
            Assert.Equal((uint)rows.List[row].Length, names.Item("version").Values<uint>()[i]);
            (start, count) = names.Item("functions").Range(i);
            Assert.Equal(rows.List[row], names.Item("functions").Elements.Values<ulong>().Slice(start, count).ToArray());
            if (order.Length > 0)
            {
                continue;
            }

            (start, count) = block["labels"].Range(i);
            Assert.Equal(rows.List[row].Length, count);
            for (int j = 0; j < count; j++)
            {
                Assert.Equal(rows.Text[row], block["labels"].Elements.Item(0).Bytes(start + j).ToArray());
                Assert.Equal(rows.Text[row], block["labels"].Elements.Item(1).Bytes(start + j).ToArray());
            }
        }
    }
}
