using BenchmarkDotNet.Attributes;
using Hearth.Storage.Writing;

namespace Hearth.Benchmarks;

/// <summary>Sample rows → a finished block, per row: appending, with and without the order of the table's key.</summary>
[MemoryDiagnoser]
[InProcess]
public class RowEncodeBenchmark
{
    private const int Rows = 100_000;

    private readonly RowBatch _batch = new();
    private readonly ulong[] _stacks = new ulong[Rows];
    private readonly long[] _values = new long[Rows];

    /// <summary>Whether the rows are put into the order of the table's key.</summary>
    [Params(false, true)]
    public bool Presort { get; set; }

    /// <summary>Draws the rows.</summary>
    [GlobalSetup]
    public void Setup()
    {
        RowBatch drawn = new();
        new InsertSource().Fill(drawn, 100, InsertSource.Day, Rows);
        Random random = new(2);
        for (int i = 0; i < Rows; i++)
        {
            _stacks[i] = (ulong)random.NextInt64();
            _values[i] = random.Next(1, 100) * 10_000_000L;
        }
    }

    /// <summary>500 profiles of 200 samples.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public int Encode()
    {
        _batch.Clear();
        _batch.Samples.Presort = Presort;
        for (int profile = 0; profile < Rows / 200; profile++)
        {
            _batch.Samples.Begin(new SampleScope
            {
                Tenant = "tenant"u8,
                Service = "checkout"u8,
                ProfileType = "process_cpu:cpu:nanoseconds:cpu:nanoseconds"u8,
                StartSeconds = InsertSource.Day + profile,
                Group = 1,
                Series = (ulong)profile,
                RetentionDays = 30,
            });
            for (int i = profile * 200; i < (profile + 1) * 200; i++)
            {
                _batch.Samples.Append(_stacks[i], _values[i]);
            }
        }

        return _batch.Finish()[0].NativeBlock.Length;
    }
}
