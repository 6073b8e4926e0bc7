using Hearth.Storage.Writing;

namespace Hearth.Benchmarks;

/// <summary>
/// Samples as a fleet sends them: pods of one service, a profile of each every 15 s, stacks drawn from 40,000 by Zipf's law with
/// exponent 1 and counted, values in periods of 1/19 s.
/// </summary>
internal sealed class InsertSource
{
    private const int Stacks = 40_000;
    private const long PeriodNanoseconds = 52_631_579;

    /// <summary>2026-11-20 00:00:00 UTC.</summary>
    public const long Day = 1_795_132_800;

    private readonly ulong[] _stacks = new ulong[Stacks];
    private readonly double[] _cumulative = new double[Stacks];
    private readonly Random _random = new(1);
    private readonly Dictionary<int, int> _drawn = [];

    public InsertSource()
    {
        double sum = 0;
        for (int i = 0; i < Stacks; i++)
        {
            _stacks[i] = (ulong)_random.NextInt64(long.MinValue, long.MaxValue);
            sum += 1.0 / (i + 1);
            _cumulative[i] = sum;
        }
    }

    /// <summary>
    /// Appends a profile of one pod with so many samples, as the rows that are left when equal stacks are counted together.
    /// </summary>
    public int Append(RowBatch batch, int pod, long seconds, int samples)
    {
        _drawn.Clear();
        for (int i = 0; i < samples; i++)
        {
            int at = Array.BinarySearch(_cumulative, _random.NextDouble() * _cumulative[^1]);
            int stack = Math.Min(at < 0 ? ~at : at, Stacks - 1);
            _drawn[stack] = _drawn.GetValueOrDefault(stack) + 1;
        }

        batch.Samples.Begin(new SampleScope
        {
            Tenant = "tenant"u8,
            Service = "checkout"u8,
            ProfileType = "process_cpu:cpu:nanoseconds:cpu:nanoseconds"u8,
            StartSeconds = seconds,
            Group = (ulong)(pod % 3) * 0x9E3779B97F4A7C15,
            Series = ((ulong)pod + 1) * 0xC2B2AE3D27D4EB4F,
            RetentionDays = 30,
        });
        foreach ((int stack, int count) in _drawn)
        {
            batch.Samples.Append(_stacks[stack], count * PeriodNanoseconds);
        }

        return _drawn.Count;
    }

    /// <summary>Appends profiles of all pods, time by time, until there are at least so many rows; the time that comes next.</summary>
    public long Fill(RowBatch batch, int pods, long seconds, int rows)
    {
        while (batch.Samples.Rows < rows)
        {
            for (int pod = 0; pod < pods; pod++)
            {
                Append(batch, pod, seconds, 285);
            }

            seconds += 15;
        }

        return seconds;
    }
}
