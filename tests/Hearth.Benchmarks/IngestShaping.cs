using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Hearth.Ingest;
using Hearth.Ingest.Committing;
using Hearth.Ingest.Shaping;
using Hearth.Profiles.Formats;
using Hearth.Profiles.Formats.Otlp;
using Hearth.Profiles.Formats.Pprof;
using Hearth.Profiles.Model;
using Hearth.Testing;
using Hearth.Wire.Compression;
using Hearth.Wire.Protobuf;

namespace Hearth.Benchmarks;

/// <summary>
/// Uncompressed bytes → rows in the columns of the insert: decode, ids, sums, rows, on one thread.
/// <c>dotnet run -c Release --project tests/Hearth.Benchmarks -- --filter '*IngestShaping*'</c>
/// </summary>
[MemoryDiagnoser]
[Config(typeof(Settings))]
public class IngestShaping
{
    private readonly IngestOptions _options = new() { PastSecondsMax = int.MaxValue };
    private readonly ProfileDocument _document = new();
    private readonly ProblemList _problems = new();
    private readonly RefusalList _refusals = new();
    private readonly PendingBatch _batch = new();
    private readonly KnownSymbols _known = new(1 << 21);
    private ProfileShaper _shaper = null!;
    private BatchAppender _appender = null!;
    private byte[] _bytes = [];
    private bool _isOtlp;
    private int[] _pieces = [];

    /// <summary>The real input.</summary>
    [Params("pprof/pprof-large.cpu", "pprof/profefe-collector_cpu_1.prof", "pprof/parca-alloc_objects.pb.gz")]
    public string File { get; set; } = "";

    /// <summary>As the file is, or as the OTLP request that says the same.</summary>
    [Params("pprof", "otlp")]
    public string Format { get; set; } = "";

    /// <summary>Reads the input and runs once, so that memory is there and, for the warm case, symbols are known.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _bytes = Input(File, Format);
        _isOtlp = Format == "otlp";
        _shaper = new ProfileShaper(_options);
        _appender = new BatchAppender(_options, _known);
        _pieces = [0];
        Shape();
        _pieces = [.. Enumerable.Range(0, _shaper.Rows.Pieces.Count)];
        NewSymbols();
        _known.AddAll(_batch.Symbols);
    }

    /// <summary>Bytes → document alone.</summary>
    [Benchmark]
    public int Decode()
    {
        _problems.Clear();
        return Read() ? _document.ProfileCount : 0;
    }

    /// <summary>Bytes → rows, every symbol known: the steady state.</summary>
    [Benchmark]
    public int KnownSymbols()
    {
        Shape();
        _batch.Clear();
        _appender.Append(_batch, _shaper, _document, _pieces);
        return _batch.Rows.Samples.Rows;
    }

    /// <summary>Bytes → rows, every symbol new: the first profile of a day.</summary>
    [Benchmark]
    public int NewSymbols()
    {
        Shape();
        _batch.Clear();
        new BatchAppender(_options, new KnownSymbols(1024)).Append(_batch, _shaper, _document, _pieces);
        return _batch.Rows.Samples.Rows;
    }

    internal static byte[] Input(string file, string format)
    {
        byte[] bytes = Unzipped(Repository.SharedData(file));
        if (format == "pprof")
        {
            return bytes;
        }

        ProfileDocument document = new();
        if (!PprofReader.Read(bytes, document, DecodeLimits.Default, new ProblemList()))
        {
            throw new InvalidDataException($"'{file}' is no pprof.");
        }

        ProtoWriter writer = new(bytes.Length * 2);
        OtlpProfilesWriter.Write(document, writer);
        return writer.Written.ToArray();
    }

    internal static byte[] Unzipped(string path)
    {
        byte[] bytes = System.IO.File.ReadAllBytes(path);
        if (!Gzip.IsGzip(bytes))
        {
            return bytes;
        }

        using PooledBuffer buffer = new();
        return Gzip.Decompress(bytes, buffer, 1 << 30) == DecompressResult.Ok
            ? buffer.Written.ToArray()
            : throw new InvalidDataException($"'{path}' is damaged.");
    }

    private bool Read() => _isOtlp
        ? OtlpProfilesReader.Read(_bytes, _document, DecodeLimits.Default, _problems)
        : PprofReader.Read(_bytes, _document, DecodeLimits.Default, _problems);

    private void Shape()
    {
        _problems.Clear();
        _refusals.Clear();
        if (!Read())
        {
            throw new InvalidDataException(_problems.ToString());
        }

        _shaper.Shape(_document, _isOtlp ? ProfileSource.Otlp : ProfileSource.Pprof, TimeProvider.System.GetUtcNow(), _refusals);
    }

    private sealed class Settings : ManualConfig
    {
        public Settings() => AddColumn(new Throughput());
    }

    /// <summary>Uncompressed megabytes per second, from the mean.</summary>
    private sealed class Throughput : IColumn
    {
        public string Id => "throughput";

        public string ColumnName => "MB/s";

        public bool AlwaysShow => true;

        public ColumnCategory Category => ColumnCategory.Custom;

        public int PriorityInCategory => 0;

        public bool IsNumeric => true;

        public UnitType UnitType => UnitType.Dimensionless;

        public string Legend => "Uncompressed input bytes per second, millions";

        public bool IsAvailable(Summary summary) => true;

        public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
        {
            double? nanoseconds = summary[benchmarkCase]?.ResultStatistics?.Mean;
            int bytes = Input((string)benchmarkCase.Parameters["File"], (string)benchmarkCase.Parameters["Format"]).Length;
            return nanoseconds is { } mean
                ? (bytes * 1000.0 / mean).ToString("F0", System.Globalization.CultureInfo.InvariantCulture)
                : "?";
        }

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);
    }
}
