using FsCheck;
using FsCheck.Fluent;
using Hearth.Storage.ClickHouse;

namespace Hearth.Storage.Tests.ClickHouse;

/// <summary>Generated rows of every kind of column that is written.</summary>
public sealed class Rows
{
    /// <summary>The table that takes them.</summary>
    public const string Ddl =
        "number Int64, wide UInt128, text String, low LowCardinality(String), list Array(UInt64), "
        + "names Tuple(version UInt32, functions Array(UInt64)), labels Map(LowCardinality(String), String)";

    private Rows(long[] number, byte[][] text, ulong[][] list, bool reversed)
    {
        Number = number;
        Text = text;
        List = list;
        Order = reversed && number.Length > 1 ? [.. Enumerable.Range(0, number.Length).Reverse()] : [];
    }

    public long[] Number { get; }

    public byte[][] Text { get; }

    public ulong[][] List { get; }

    public int[] Order { get; }

    /// <summary>Rows with NULs, odd bytes, few or many distinct strings (one, two and four byte keys need many).</summary>
    public static Arbitrary<Rows> Arbitrary { get; } = (
        from numbers in ArbMap.Default.GeneratorFor<long[]>()
        from kinds in Gen.Elements(1, 3, 1000)
        from seed in Gen.Choose(0, 1 << 30)
        from many in Gen.Frequency((20, Gen.Constant(1)), (2, Gen.Constant(60)), (1, Gen.Constant(8000)))
        from reversed in Gen.Elements(true, false)
        select Make(numbers, kinds, seed, many, reversed)).ToArbitrary();

    public ReadOnlyMemory<byte> Write()
    {
        ValueColumn<long> number = new("number", "Int64");
        ValueColumn<UInt128> wide = new("wide", "UInt128");
        TextColumn text = new("text");
        LowCardinalityColumn low = new("low");
        ArrayColumn<ulong> list = new("list", "Array(UInt64)");
        ValueColumn<uint> version = new("version", "UInt32");
        ArrayColumn<ulong> functions = new("functions", "Array(UInt64)");
        TupleColumn names = new("names", "Tuple(version UInt32, functions Array(UInt64))", version, functions);
        LowCardinalityColumn keys = new("keys");
        TextColumn values = new("values");
        NestedColumn labels = new("labels", "Map(LowCardinality(String), String)", keys, values);
        for (int i = 0; i < Number.Length; i++)
        {
            number.Append(Number[i]);
            wide.Append((UInt128)(ulong)Number[i] * ulong.MaxValue);
            text.Append(Text[i]);
            low.Append(Text[i]);
            list.Append(List[i]);
            version.Append((uint)List[i].Length);
            functions.Append(List[i]);
            for (int j = 0; j < List[i].Length; j++)
            {
                keys.Append(Text[i]);
                values.Append(Text[i]);
            }

            labels.EndRow();
        }

        NativeBlockWriter writer = new();
        NativeColumnBuilder[] columns = Order.Length == 0
            ? [number, wide, text, low, list, names, labels]
            : [number, wide, text, low, list, names];
        writer.WriteBlock(columns, Order);
        return writer.WrittenMemory;
    }

    private static Rows Make(long[] numbers, int kinds, int seed, int many, bool reversed)
    {
        Random random = new(seed);
        byte[][] pool = [.. Enumerable.Range(0, kinds * many).Select(_ => Bytes(random))];
        long[] number = [.. Enumerable.Range(0, many).SelectMany(_ => numbers)];
        return new Rows(
            number,
            [.. number.Select(_ => pool[random.Next(pool.Length)])],
            [.. number.Select(_ => Numbers(random))],
            reversed);
    }

    private static byte[] Bytes(Random random)
    {
        byte[] bytes = new byte[random.Next(0, 12)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static ulong[] Numbers(Random random)
    {
        ulong[] numbers = new ulong[random.Next(0, 4)];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
        }

        return numbers;
    }
}
