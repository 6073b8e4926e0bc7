using BenchmarkDotNet.Attributes;
using Google.Protobuf;
using Hearth.Testing;
using Hearth.Wire.Compression;
using Hearth.Wire.Protobuf;

namespace Hearth.Benchmarks;

/// <summary>
/// Every field of a real pprof, nested messages included, read and forgotten: the reader of Hearth.Wire beside Google's.
/// <c>dotnet run -c Release --project tests/Hearth.Benchmarks -- --filter '*WireProtobuf*'</c>
/// </summary>
[MemoryDiagnoser]
public class WireProtobuf
{
    private byte[] _bytes = [];

    /// <summary>The real input.</summary>
    [Params("pprof/pprof-large.cpu", "pprof/profefe-collector_cpu_1.prof")]
    public string File { get; set; } = "";

    /// <summary>Reads the input.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        byte[] bytes = System.IO.File.ReadAllBytes(Repository.SharedData(File));
        using PooledBuffer plain = new();
        _bytes = Gzip.IsGzip(bytes) && Gzip.Decompress(bytes, plain, 1 << 28) == DecompressResult.Ok ? plain.Written.ToArray() : bytes;
        Console.WriteLine($"{File}: {_bytes.Length} bytes");
    }

    /// <summary>Google's coded stream; strings and bytes are skipped, not made.</summary>
    [Benchmark(Baseline = true)]
    public long Google()
    {
        long sum = 0;
        CodedInputStream outer = new(_bytes);
        uint tag;
        while ((tag = outer.ReadTag()) != 0)
        {
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.Varint)
            {
                sum += outer.ReadInt64();
            }
            else
            {
                outer.SkipLastField();
                sum++;
            }
        }

        return sum;
    }

    /// <summary>The same depth with ours: the top level alone.</summary>
    [Benchmark]
    public long HearthTopLevel() => Sum(new ProtoReader(_bytes), 0);

    /// <summary>Down to every varint of every sample, location and function.</summary>
    [Benchmark]
    public long HearthEverything() => Sum(new ProtoReader(_bytes), 2);

    private static long Sum(ProtoReader reader, int depth)
    {
        long sum = 0;
        while (reader.ReadTag(out int field, out Hearth.Wire.Protobuf.WireType type))
        {
            if (type == Hearth.Wire.Protobuf.WireType.Varint)
            {
                sum += reader.ReadInt64();
            }
            else if (type == Hearth.Wire.Protobuf.WireType.LengthDelimited && depth > 0 && field != 6)
            {
                // Field 6 of a pprof profile is a string; within samples, fields 1 and 2 are packed numbers.
                ProtoReader nested = reader.ReadMessage();
                sum += depth == 1 ? SumPacked(nested) : Sum(nested, depth - 1);
            }
            else
            {
                reader.Skip(type);
                sum++;
            }
        }

        return sum;
    }

    private static long SumPacked(ProtoReader packed)
    {
        long sum = 0;
        while (!packed.AtEnd)
        {
            sum += packed.ReadInt64();
        }

        return sum;
    }
}
