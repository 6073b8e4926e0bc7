using System.IO.Compression;
using BenchmarkDotNet.Attributes;
using Hearth.Testing;
using Hearth.Wire.Compression;

namespace Hearth.Benchmarks;

/// <summary>
/// gzip bytes of a real pprof → bytes: the inflater of Hearth.Wire beside the platform's stream, both into memory that is there, and into
/// a new buffer each time (what the pool saves).
/// <c>dotnet run -c Release --project tests/Hearth.Benchmarks -- --filter '*WireCompression*'</c>
/// </summary>
[MemoryDiagnoser]
public class WireCompression
{
    private readonly PooledBuffer _output = new();
    private byte[] _packed = [];
    private int _size;

    /// <summary>The real input.</summary>
    [Params("pprof/pprof-large.cpu", "pprof/profefe-collector_cpu_1.prof", "pprof/parca-alloc_objects.pb.gz")]
    public string File { get; set; } = "";

    /// <summary>Reads the input, compressed at the usual level.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        byte[] bytes = System.IO.File.ReadAllBytes(Repository.SharedData(File));
        if (Gzip.IsGzip(bytes))
        {
            _packed = bytes;
        }
        else
        {
            using PooledBuffer packed = new();
            Gzip.Compress(bytes, packed, CompressionLevel.Optimal);
            _packed = packed.Written.ToArray();
        }

        Hearth();
        _size = _output.Length;
        Console.WriteLine($"{File}: {_packed.Length} bytes compressed, {_size} plain");
    }

    /// <summary>The platform's stream, into a buffer that is reused.</summary>
    [Benchmark(Baseline = true)]
    public int Platform()
    {
        _output.Clear();
        using GZipStream stream = new(new MemoryStream(_packed), CompressionMode.Decompress);
        int read;
        do
        {
            read = stream.Read(_output.GetSpan(_size + 1 - _output.Length));
            _output.Advance(read);
        }
        while (read > 0);

        return _output.Length;
    }

    /// <summary>Bounded and checked, into a buffer that is reused.</summary>
    [Benchmark]
    public int Hearth()
    {
        _output.Clear();
        return Gzip.Decompress(_packed, _output, 1 << 28) == DecompressResult.Ok ? _output.Length : throw new InvalidDataException();
    }

    /// <summary>The same into a buffer that is rented for the call, as a request does.</summary>
    [Benchmark]
    public int HearthRented()
    {
        using PooledBuffer output = new();
        return Gzip.Decompress(_packed, output, 1 << 28) == DecompressResult.Ok ? output.Length : throw new InvalidDataException();
    }

    /// <summary>The same with a copy into an array of its own: what a request would cost without the pool.</summary>
    [Benchmark]
    public int HearthUnpooled()
    {
        Hearth();
        return _output.Written.ToArray().Length;
    }
}
