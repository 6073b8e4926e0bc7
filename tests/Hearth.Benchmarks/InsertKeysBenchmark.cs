using BenchmarkDotNet.Attributes;
using Hearth.Storage.ClickHouse;
using Hearth.Storage.Reading;
using Hearth.Storage.Schema;
using Hearth.Storage.Writing;
using Hearth.Testing;

namespace Hearth.Benchmarks;

/// <summary>
/// The sample table over a day of one service: bytes per column and row (printed at the start of each case), and the time of sums over
/// the whole day, an unaligned day, a quarter of an hour, and one series; merged into one part.
/// </summary>
[Config(typeof(InsertConfig))]
public class InsertKeysBenchmark
{
    // The cases of one table follow each other: it is loaded for the first and dropped with the process.
    private static (int Pods, string Ids) s_loaded;
    private static TempFolder? s_data;
    private static EngineProcess? s_engine;
    private static ClickHouseClient? s_client;
    private static ProfileReader? s_reader;

    /// <summary>Pods of the service; each sends a profile of 285 samples every 15 s.</summary>
    [Params(1, 8)]
    public int Pods { get; set; }

    /// <summary>Codec of the id columns stack, grp and series.</summary>
    [Params("ZSTD(1)", "LZ4", "Delta, ZSTD(1)")]
    public string Ids { get; set; } = "";

    /// <summary>Loads the day.</summary>
    [GlobalSetup]
    public void Setup()
    {
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => EndAsync().GetAwaiter().GetResult();
        SetupAsync().GetAwaiter().GetResult();
    }

    /// <summary>24 whole hours: the projection.</summary>
    [Benchmark]
    public Task Day() => SumAsync(InsertSource.Day, InsertSource.Day + 86_400, null);

    /// <summary>23 hours with two unaligned edges: projection and rows.</summary>
    [Benchmark]
    public Task UnalignedDay() => SumAsync(InsertSource.Day + 1380, InsertSource.Day + 1380 + 82_800, null);

    /// <summary>15 minutes: rows.</summary>
    [Benchmark]
    public Task QuarterHour() => SumAsync(InsertSource.Day + 40_000, InsertSource.Day + 40_900, null);

    /// <summary>A day of one series: rows.</summary>
    [Benchmark]
    public Task DayOfOneSeries() => SumAsync(InsertSource.Day, InsertSource.Day + 86_400, [0xC2B2AE3D27D4EB4F]);

    private static async Task EndAsync()
    {
        s_client?.Dispose();
        if (s_engine is not null)
        {
            await s_engine.DisposeAsync();
        }

        s_data?.Dispose();
    }

    private Task<StackSums> SumAsync(long from, long to, ulong[]? series) => s_reader!.SumStacksAsync(
        new StackQuery
        {
            Tenant = "tenant",
            ProfileType = "process_cpu:cpu:nanoseconds:cpu:nanoseconds",
            Services = ["checkout"],
            Range = TimeRange.OfSeconds(from, to),
            SeriesIds = series,
        },
        CancellationToken.None);

    private async Task SetupAsync()
    {
        if (s_loaded == (Pods, Ids))
        {
            return;
        }

        await EndAsync();
        s_loaded = (Pods, Ids);
        s_data = new TempFolder();
        s_engine = await EngineProcess.StartAsync(s_data.Path);
        s_client = new ClickHouseClient(new ClickHouseOptions { Url = s_engine.Url, Key = s_engine.Key, QuerySeconds = 600 });
        s_reader = new ProfileReader(s_client);
        await new SchemaApplier(s_client, new SchemaOptions()).ApplyAsync(CancellationToken.None);
        foreach (string column in (string[])["grp", "series"])
        {
            await s_client.ExecuteAsync($"ALTER TABLE sample MODIFY COLUMN {column} CODEC({Ids})", CancellationToken.None);
        }

        await s_client.ExecuteAsync($"ALTER TABLE sample MODIFY COLUMN stack CODEC({Ids})", CancellationToken.None);
        await LoadAsync();
        await s_client.ExecuteAsync("OPTIMIZE TABLE sample FINAL", CancellationToken.None);
        Console.WriteLine($"Pods {Pods}, ids {Ids}: bytes per row and column");
        Console.WriteLine(await s_client.ExecuteAsync(
            """
            SELECT column, round(sum(column_data_compressed_bytes) / sum(rows), 3), sum(rows) FROM system.parts_columns
            WHERE table = 'sample' AND active GROUP BY column ORDER BY column
            UNION ALL
            SELECT 'all with projection', round(sum(bytes_on_disk) / sum(rows), 3), sum(rows) FROM system.parts
            WHERE table = 'sample' AND active
            UNION ALL
            SELECT 'projection', round(sum(bytes_on_disk) / (SELECT count() FROM sample), 3), sum(rows)
            FROM system.projection_parts WHERE table = 'sample' AND active
            """,
            CancellationToken.None));
    }

    private async Task LoadAsync()
    {
        RowWriter writer = new(s_client!);
        InsertSource source = new();
        RowBatch batch = new();
        long seconds = InsertSource.Day;
        int number = 0;
        while (seconds < InsertSource.Day + 86_400)
        {
            batch.Clear();
            for (int step = 0; step < 40 && seconds < InsertSource.Day + 86_400; step++, seconds += 15)
            {
                for (int pod = 0; pod < Pods; pod++)
                {
                    source.Append(batch, pod, seconds, 285);
                }
            }

            await writer.WriteAsync(batch, $"load-{number++}", CancellationToken.None);
        }
    }
}
