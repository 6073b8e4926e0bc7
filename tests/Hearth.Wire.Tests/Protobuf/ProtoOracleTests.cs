using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Hearth.Wire.Protobuf;
using Xunit;
using WireType = Hearth.Wire.Protobuf.WireType;

namespace Hearth.Wire.Tests.Protobuf;

/// <summary>Reader and writer against the coded streams of Google.Protobuf.</summary>
public sealed class ProtoOracleTests
{
    [Fact]
    public void Writer_RandomFields_SameBytesAsGoogle()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            Random random = new(seed);
            ProtoWriter ours = new(64);
            using MemoryStream stream = new();
            using CodedOutputStream theirs = new(stream);
            for (int i = 0; i < 30; i++)
            {
                WriteField(random, ours, theirs);
            }

            theirs.Flush();
            return ours.Written.SequenceEqual(stream.ToArray());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(50));
    }

    [Fact]
    public void Reader_RandomFields_SameValuesAsGoogle()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            byte[] bytes = RandomMessage(new Random(seed), 40);
            Assert.Equal(TraceByGoogle(bytes), Trace(bytes));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void Reader_Noise_FailsExactlyWhenGoogleDoes()
    {
        // Two leniencies of the oracle: it drops high bits of a tag that is longer than 32 bits instead of refusing it, and inside a
        // group it passes over a tag whose wire type does not exist.
        Prop.ForAll<byte[]>(noise =>
        {
            List<string>? theirs = TraceByGoogle(noise);
            List<string>? ours = Trace(noise);
            if (ours is not null)
            {
                Assert.Equal(theirs, ours);
            }
            else
            {
                Assert.True(theirs is null || HasLongTag(noise) || ErrorOf(noise) == ProtoError.BadTag, Convert.ToHexString(noise));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000).WithEndSize(60));
    }

    [Fact]
    public void Reader_CutAtEveryByte_FailsOrEndsBetweenFields()
    {
        byte[] bytes = RandomMessage(new Random(11), 60);
        for (int length = 0; length < bytes.Length; length++)
        {
            byte[] cut = bytes[..length];
            Assert.Equal(TraceByGoogle(cut), Trace(cut));
        }
    }

    private static ProtoError ErrorOf(byte[] bytes)
    {
        ProtoReader reader = new(bytes);
        while (reader.ReadTag(out _, out WireType type))
        {
            reader.Skip(type);
        }

        return reader.Error;
    }

    private static void WriteField(Random random, ProtoWriter ours, CodedOutputStream theirs)
    {
        int field = random.Next(1, 1 << random.Next(1, 29));
        long value = random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
        switch (random.Next(7))
        {
            case 0:
                ours.VarintAlways(field, (ulong)value);
                theirs.WriteTag(field, WireFormat.WireType.Varint);
                theirs.WriteInt64(value);
                break;
            case 1 when value != 0:
                ours.Fixed64(field, (ulong)value);
                theirs.WriteTag(field, WireFormat.WireType.Fixed64);
                theirs.WriteFixed64((ulong)value);
                break;
            case 2:
                ours.DoubleAlways(field, value * 0.5);
                theirs.WriteTag(field, WireFormat.WireType.Fixed64);
                theirs.WriteDouble(value * 0.5);
                break;
            case 3:
                string text = new((char)random.Next('a', 0x3000), random.Next(200));
                ours.StringAlways(field, text);
                theirs.WriteTag(field, WireFormat.WireType.LengthDelimited);
                theirs.WriteString(text);
                break;
            case 4:
                ours.Int64(field, value);
                if (value != 0)
                {
                    theirs.WriteTag(field, WireFormat.WireType.Varint);
                    theirs.WriteInt64(value);
                }

                break;
            default:
                WriteNested(random, ours, theirs, field);
                break;
        }
    }

    private static void WriteNested(Random random, ProtoWriter ours, CodedOutputStream theirs, int field)
    {
        // Messages of 0 to 40000 bytes: lengths of one, two and three bytes, written before the length is known.
        long[] values = [.. Enumerable.Range(0, random.Next(1, 4000)).Select(_ => random.NextInt64() >> random.Next(64))];
        int outer = ours.Begin(field);
        ours.PackedInt64(1, values);
        ours.PackedInt32(2, [.. values.Select(value => (int)value)]);
        ours.PackedFixed64(3, [.. values.Select(value => (ulong)value)]);
        ours.End(outer);

        using MemoryStream inner = new();
        using CodedOutputStream stream = new(inner);
        stream.WriteTag(1, WireFormat.WireType.LengthDelimited);
        stream.WriteLength(values.Sum(value => CodedOutputStream.ComputeInt64Size(value)));
        Array.ForEach(values, stream.WriteInt64);
        stream.WriteTag(2, WireFormat.WireType.LengthDelimited);
        stream.WriteLength(values.Sum(value => CodedOutputStream.ComputeInt32Size((int)value)));
        Array.ForEach(values, value => stream.WriteInt32((int)value));
        stream.WriteTag(3, WireFormat.WireType.LengthDelimited);
        stream.WriteLength(values.Length * 8);
        Array.ForEach(values, value => stream.WriteFixed64((ulong)value));
        stream.Flush();
        theirs.WriteTag(field, WireFormat.WireType.LengthDelimited);
        theirs.WriteBytes(ByteString.CopyFrom(inner.ToArray()));
    }

    private static byte[] RandomMessage(Random random, int fields)
    {
        using MemoryStream stream = new();
        using CodedOutputStream theirs = new(stream);
        List<int> open = [];
        for (int i = 0; i < fields; i++)
        {
            int field = random.Next(1, 1 << random.Next(1, 29));
            long value = random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
            WireFormat.WireType type = (WireFormat.WireType)random.Next(6);
            type = type == WireFormat.WireType.EndGroup ? WireFormat.WireType.Varint : type;
            theirs.WriteTag(field, type);
            switch (type)
            {
                case WireFormat.WireType.Varint:
                    theirs.WriteInt64(value);
                    break;
                case WireFormat.WireType.Fixed64:
                    theirs.WriteFixed64((ulong)value);
                    break;
                case WireFormat.WireType.LengthDelimited:
                    theirs.WriteBytes(ByteString.CopyFrom(new byte[random.Next(300)]));
                    break;
                case WireFormat.WireType.Fixed32:
                    theirs.WriteFixed32((uint)value);
                    break;
                default:
                    open.Add(field);
                    break;
            }
        }

        for (int i = open.Count - 1; i >= 0; i--)
        {
            theirs.WriteTag(open[i], WireFormat.WireType.EndGroup);
        }

        theirs.Flush();
        return stream.ToArray();
    }

    private static List<string>? Trace(byte[] bytes)
    {
        List<string> fields = [];
        ProtoReader reader = new(bytes);
        while (reader.ReadTag(out int field, out WireType type))
        {
            string value = type switch
            {
                WireType.Varint => reader.ReadVarint().ToString(CultureInfo.InvariantCulture),
                WireType.Fixed64 => reader.ReadFixed64().ToString(CultureInfo.InvariantCulture),
                WireType.Fixed32 => reader.ReadFixed32().ToString(CultureInfo.InvariantCulture),
                WireType.LengthDelimited => Convert.ToHexString(reader.ReadBytes()),
                _ => Skipped(ref reader, type),
            };
            fields.Add($"{field}:{type}:{value}");
        }

        return reader.Failed ? null : fields;
    }

    private static string Skipped(ref ProtoReader reader, WireType type)
    {
        reader.Skip(type);
        return "";
    }

    private static List<string>? TraceByGoogle(byte[] bytes)
    {
        List<string> fields = [];
        CodedInputStream reader = new(bytes);
        try
        {
            uint tag;
            while ((tag = reader.ReadTag()) != 0)
            {
                int field = WireFormat.GetTagFieldNumber(tag);
                WireFormat.WireType type = WireFormat.GetTagWireType(tag);
                string value = "";
                switch (type)
                {
                    case WireFormat.WireType.Varint:
                        value = reader.ReadUInt64().ToString(CultureInfo.InvariantCulture);
                        break;
                    case WireFormat.WireType.Fixed64:
                        value = reader.ReadFixed64().ToString(CultureInfo.InvariantCulture);
                        break;
                    case WireFormat.WireType.Fixed32:
                        value = reader.ReadFixed32().ToString(CultureInfo.InvariantCulture);
                        break;
                    case WireFormat.WireType.LengthDelimited:
                        value = Convert.ToHexString(reader.ReadBytes().Span);
                        break;
                    case WireFormat.WireType.StartGroup or WireFormat.WireType.EndGroup:
                        reader.SkipLastField();
                        break;
                    default:
                        return null; // the oracle passes over wire types that do not exist
                }

                fields.Add($"{field}:{(WireType)type}:{value}");
            }
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }

        return fields;
    }

    /// <summary>True if some run of the bytes is a varint of five bytes or more: only such tags can be read differently.</summary>
    private static bool HasLongTag(byte[] bytes)
    {
        int run = 0;
        foreach (byte b in bytes)
        {
            run = b >= 0x80 ? run + 1 : 0;
            if (run >= 4)
            {
                return true;
            }
        }

        return false;
    }
}
