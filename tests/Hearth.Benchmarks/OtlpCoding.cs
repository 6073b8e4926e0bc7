using BenchmarkDotNet.Attributes;
using Hearth.Profiles.Formats;
using Hearth.Profiles.Formats.Otlp;
using Hearth.Profiles.Formats.Pprof;
using Hearth.Profiles.Model;
using Hearth.Testing;
using Hearth.Wire.Protobuf;

namespace Hearth.Benchmarks;

/// <summary>
/// OTLP bytes ⇄ document, on one thread. The request is a real pprof written as OTLP (one profile for each sample type).
/// <c>dotnet run -c Release --project tests/Hearth.Benchmarks -- --filter '*OtlpCoding*'</c>
/// </summary>
[MemoryDiagnoser]
public class OtlpCoding
{
    private readonly ProfileDocument _source = new();
    private readonly ProfileDocument _document = new();
    private readonly ProblemList _problems = new();
    private readonly ProtoWriter _output = new();
    private byte[] _request = [];

    /// <summary>The real input.</summary>
    [Params("pprof/pprof-large.cpu", "pprof/profefe-collector_cpu_1.prof")]
    public string File { get; set; } = "";

    /// <summary>Turns the pprof into a request.</summary>
    [GlobalSetup]
    public void Setup()
    {
        byte[] pprof = System.IO.File.ReadAllBytes(Repository.SharedData(File));
        if (!PprofReader.Read(pprof, _source, DecodeLimits.Default, _problems))
        {
            throw new InvalidDataException(_problems.ToString());
        }

        Encode();
        _request = _output.Written.ToArray();
        Console.WriteLine($"// {File}: {_request.Length} bytes as OTLP");
    }

    /// <summary>Bytes → document.</summary>
    [Benchmark]
    public int Decode() => OtlpProfilesReader.Read(_request, _document, DecodeLimits.Default, _problems) ? _document.ProfileCount : 0;

    /// <summary>Document → bytes.</summary>
    [Benchmark]
    public int Encode()
    {
        _output.Reset();
        OtlpProfilesWriter.Write(_source, _output);
        return _output.Length;
    }
}
