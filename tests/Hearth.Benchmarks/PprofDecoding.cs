using BenchmarkDotNet.Attributes;
using Hearth.Profiles.Formats;
using Hearth.Profiles.Formats.Pprof;
using Hearth.Profiles.Model;
using Hearth.Testing;
using Hearth.Wire.Protobuf;

namespace Hearth.Benchmarks;

/// <summary>
/// Pprof bytes ⇄ document, on one thread, the document used again and again.
/// <c>dotnet run -c Release --project tests/Hearth.Benchmarks -- --filter '*PprofDecoding*'</c>
/// </summary>
[MemoryDiagnoser]
public class PprofDecoding
{
    private readonly ProfileDocument _document = new();
    private readonly ProblemList _problems = new();
    private readonly ProtoWriter _output = new();
    private byte[] _file = [];
    private byte[] _plain = [];

    /// <summary>The real input.</summary>
    [Params("pprof/pprof-large.cpu", "pprof/profefe-collector_cpu_1.prof", "pprof/parca-alloc_objects.pb.gz")]
    public string File { get; set; } = "";

    /// <summary>Reads the input.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _file = System.IO.File.ReadAllBytes(Repository.SharedData(File));
        _plain = IngestShaping.Unzipped(Repository.SharedData(File));
        Decode();
    }

    /// <summary>Plain bytes → document.</summary>
    [Benchmark(Baseline = true)]
    public int Decode() => PprofReader.Read(_plain, _document, DecodeLimits.Default, _problems) ? _document.ProfileCount : 0;

    /// <summary>The file as it is, gzip → document.</summary>
    [Benchmark]
    public int DecodeGzip() => PprofReader.Read(_file, _document, DecodeLimits.Default, _problems) ? _document.ProfileCount : 0;

    /// <summary>Document → plain bytes.</summary>
    [Benchmark]
    public int Encode()
    {
        _output.Reset();
        PprofWriter.Write(_document, _document[0][0], _output);
        return _output.Length;
    }
}
