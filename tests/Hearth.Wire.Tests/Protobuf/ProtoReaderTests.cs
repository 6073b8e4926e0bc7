using Hearth.Wire.Protobuf;
using Xunit;

namespace Hearth.Wire.Tests.Protobuf;

public sealed class ProtoReaderTests
{
    [Theory]
    [InlineData("00", 0UL)]
    [InlineData("7F", 127UL)]
    [InlineData("8001", 128UL)]
    [InlineData("8000", 0UL)]
    [InlineData("FFFFFFFFFFFFFFFFFF01", ulong.MaxValue)]
    [InlineData("80808080808080808000", 0UL)]
    public void ReadVarint_AnyValidForm_IsRead(string hex, ulong value)
    {
        ProtoReader reader = new(Convert.FromHexString(hex));
        Assert.Equal(value, reader.ReadVarint());
        Assert.True(reader.AtEnd && !reader.Failed);
    }

    [Theory]
    [InlineData("", ProtoError.Truncated)]
    [InlineData("80", ProtoError.Truncated)]
    [InlineData("FFFFFFFFFFFFFFFFFF", ProtoError.Truncated)]
    [InlineData("FFFFFFFFFFFFFFFFFF02", ProtoError.VarintTooLong)]
    [InlineData("FFFFFFFFFFFFFFFFFF8100", ProtoError.VarintTooLong)]
    [InlineData("8080808080808080808000", ProtoError.VarintTooLong)]
    public void ReadVarint_TooLongOrCut_Fails(string hex, ProtoError error)
    {
        ProtoReader reader = new(Convert.FromHexString(hex));
        Assert.Equal(0UL, reader.ReadVarint());
        Assert.Equal(error, reader.Error);
        Assert.Equal(0, reader.Remaining);
    }

    [Theory]
    [InlineData("00", ProtoError.BadTag)]
    [InlineData("07", ProtoError.BadTag)]
    [InlineData("0E", ProtoError.BadTag)]
    [InlineData("0F", ProtoError.BadTag)]
    [InlineData("8080808010", ProtoError.BadTag)]
    [InlineData("80", ProtoError.Truncated)]
    public void ReadTag_NoSuchTag_Fails(string hex, ProtoError error)
    {
        ProtoReader reader = new(Convert.FromHexString(hex));
        Assert.False(reader.ReadTag(out _, out _));
        Assert.Equal(error, reader.Error);
    }

    [Fact]
    public void ReadTag_LargestField_IsRead()
    {
        ProtoReader reader = new(Convert.FromHexString("F8FFFFFF0F01"));
        Assert.True(reader.ReadTag(out int field, out WireType type));
        Assert.Equal((0x1FFF_FFFF, WireType.Varint), (field, type));
    }

    [Theory]
    [InlineData("0B0C", ProtoError.None)]
    [InlineData("0B13140C", ProtoError.None)]
    [InlineData("0B08010A02AABB0C", ProtoError.None)]
    [InlineData("0B", ProtoError.Truncated)]
    [InlineData("0B1314", ProtoError.Truncated)]
    [InlineData("0B14", ProtoError.BadTag)]
    [InlineData("0B130C14", ProtoError.BadTag)]
    [InlineData("0C", ProtoError.BadTag)]
    public void Skip_Groups_HaveToMatch(string hex, ProtoError error)
    {
        ProtoReader reader = new(Convert.FromHexString(hex));
        while (reader.ReadTag(out _, out WireType type))
        {
            reader.Skip(type);
        }

        Assert.Equal(error, reader.Error);
    }

    [Fact]
    public void Skip_TenThousandGroups_IsTooDeepAndDoesNotOverflow()
    {
        byte[] bytes = new byte[20_000];
        bytes.AsSpan(0, 10_000).Fill(0x0B);
        bytes.AsSpan(10_000).Fill(0x0C);
        Assert.Equal(ProtoError.TooDeep, SkipAll(bytes));
        Assert.Equal(ProtoError.None, SkipAll(bytes.AsSpan(10_000 - ProtoReader.DepthMax, 2 * ProtoReader.DepthMax)));
        Assert.Equal(ProtoError.TooDeep, SkipAll(bytes.AsSpan(9_999 - ProtoReader.DepthMax, 2 + (2 * ProtoReader.DepthMax))));
    }

    [Fact]
    public void ReadMessage_DeeperThanAllowed_Fails()
    {
        ProtoWriter writer = new();
        int[] marks = new int[ProtoReader.DepthMax + 1];
        for (int i = 0; i < marks.Length; i++)
        {
            marks[i] = writer.Begin(1);
        }

        foreach (int mark in marks.Reverse())
        {
            writer.End(mark);
        }

        Assert.Equal(ProtoError.TooDeep, Descend(new ProtoReader(writer.Written)));
    }

    [Fact]
    public void Offset_InNestedMessages_CountsFromTheOutermost()
    {
        ProtoWriter writer = new();
        writer.VarintAlways(1, 300);
        int mark = writer.Begin(2);
        writer.Bytes(3, "xyz"u8);
        writer.End(mark);
        ProtoReader outer = new(writer.Written);
        outer.ReadTag(out _, out _);
        outer.ReadVarint();
        outer.ReadTag(out _, out _);
        ProtoReader inner = outer.ReadMessage();
        inner.ReadTag(out _, out _);
        ReadOnlySpan<byte> bytes = inner.ReadBytes();
        Assert.True(writer.Written.Slice(inner.Offset - bytes.Length, bytes.Length).SequenceEqual("xyz"u8));
        Assert.Equal(writer.Length, outer.Offset);
    }

    [Fact]
    public void ReadBytes_LengthBeyondTheEnd_FailsWithoutOverflow()
    {
        foreach (string hex in new[] { "0A01", "0AFFFFFFFF07", "0AFFFFFFFFFFFFFFFFFF01", "0A808080808001" })
        {
            Assert.Equal(ProtoError.Truncated, SkipAll(Convert.FromHexString(hex)));
        }
    }

    [Fact]
    public void ReadAndWrite_WarmedUp_AllocateNothing()
    {
        ProtoWriter writer = new(1 << 16);
        long[] values = [1, -1, 1L << 40];
        RoundTrip(writer, values);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            RoundTrip(writer, values);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static long RoundTrip(ProtoWriter writer, long[] values)
    {
        writer.Reset();
        for (int i = 1; i < 50; i++)
        {
            int mark = writer.Begin(i);
            writer.Int64(1, i * 1000);
            writer.String(2, "name");
            writer.PackedInt64(3, values);
            writer.Fixed64(4, (ulong)i);
            writer.End(mark);
        }

        long sum = 0;
        ProtoReader reader = new(writer.Written);
        while (reader.ReadTag(out _, out _))
        {
            ProtoReader nested = reader.ReadMessage();
            while (nested.ReadTag(out int field, out WireType type))
            {
                if (field == 1)
                {
                    sum += nested.ReadInt64();
                }
                else
                {
                    nested.Skip(type);
                }
            }

            reader.Absorb(nested);
        }

        Assert.False(reader.Failed);
        return sum;
    }

    private static ProtoError SkipAll(ReadOnlySpan<byte> bytes)
    {
        ProtoReader reader = new(bytes);
        while (reader.ReadTag(out _, out WireType type))
        {
            reader.Skip(type);
        }

        return reader.Error;
    }

    private static ProtoError Descend(ProtoReader reader)
    {
        if (reader.ReadTag(out _, out _))
        {
            ProtoReader nested = reader.ReadMessage();
            ProtoError inner = Descend(nested);
            return reader.Failed ? reader.Error : inner;
        }

        return reader.Error;
    }
}
