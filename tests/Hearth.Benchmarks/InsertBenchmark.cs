using BenchmarkDotNet.Attributes;
using Hearth.Storage.ClickHouse;
using Hearth.Storage.Schema;
using Hearth.Storage.Writing;
using Hearth.Testing;

namespace Hearth.Benchmarks;

/// <summary>
/// Finished sample rows → stored, per row: over HTTP on loopback into a real engine process, with the projection, synchronously and
/// synced to the disk. 2.5 million rows a second are 400 ns a row.
/// </summary>
[Config(typeof(InsertConfig))]
public class InsertBenchmark : IDisposable
{
    private const int Rows = 500_000;

    private readonly TempFolder _data = new();
    private readonly InsertSource _source = new();
    private readonly RowBatch _batch = new();
    private EngineProcess? _engine;
    private ClickHouseClient? _client;
    private RowWriter? _writer;
    private long _seconds = InsertSource.Day;
    private int _number;
    private double _cpuSeconds;
    private long _cpuRows;

    /// <summary>Whether the rows come in the order of the table's key.</summary>
    [Params(false, true)]
    public bool Presort { get; set; }

    /// <summary>Starts the engine.</summary>
    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult();

    /// <summary>New rows for every insert.</summary>
    [IterationSetup]
    public void Draw()
    {
        _batch.Clear();
        _batch.Samples.Presort = Presort;
        _seconds = _source.Fill(_batch, 100, _seconds, Rows);
        _number++;
    }

    /// <summary>Encodes and inserts.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public async Task Insert()
    {
        double before = _engine!.CpuSeconds + Environment.CpuUsage.TotalTime.TotalSeconds;
        await _writer!.WriteAsync(_batch, $"{Presort}-{_number}", CancellationToken.None);
        _cpuSeconds += _engine.CpuSeconds + Environment.CpuUsage.TotalTime.TotalSeconds - before;
        _cpuRows += _batch.Samples.Rows;
    }

    /// <summary>Ends the engine.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        Console.WriteLine($"Presort {Presort}: {_cpuSeconds / _cpuRows * 1e9:0} ns of CPU a row, engine and client together");
        _client?.Dispose();
        _engine?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _data.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task SetupAsync()
    {
        _engine = await EngineProcess.StartAsync(_data.At(Presort ? "sorted" : "unsorted"));
        _client = new ClickHouseClient(new ClickHouseOptions { Url = _engine.Url, Key = _engine.Key });
        _writer = new RowWriter(_client);
        await new SchemaApplier(_client, new SchemaOptions()).ApplyAsync(CancellationToken.None);
    }
}
