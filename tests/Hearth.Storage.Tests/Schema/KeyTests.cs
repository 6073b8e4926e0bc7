using Hearth.Storage.ClickHouse;
using Hearth.Storage.Reading;
using Hearth.Storage.Tests.Writing;
using Hearth.Storage.Writing;
using Hearth.Testing;
using Xunit;

namespace Hearth.Storage.Tests.Schema;

/// <summary>What the keys and the projection are for: the statements that readers run use them.</summary>
public sealed class KeyTests(EngineFixture fixture)
{
    // The rows are only read: written once for all tests of the class, which run one after the other.
    private static TestStore? s_filled;

    [Theory]
    [InlineData(null)]
    [InlineData(2UL)]
    public async Task StackSums_WholeHours_ComeFromTheProjection(ulong? group)
    {
        TestStore store = await FillAsync();
        StackQuery query = new()
        {
            Tenant = "t",
            ProfileType = TestRows.Cpu,
            Services = ["s1", "s2"],
            Range = TimeRange.OfSeconds(TestRows.Day + 1800, TestRows.Day + (20 * 3600) + 60),
            GroupIds = group is { } id ? [id] : null,
        };

        string plan = await PlanAsync(store, StackSumStatement.Of(query, null, query.GroupIds?.ToArray(), null));

        Assert.Contains("ReadFromMergeTree (hourly)", plan, StringComparison.Ordinal);
        Assert.Equal(2, Count(plan, $"ReadFromMergeTree ({store.Client.Database}.sample)"));
    }

    [Fact]
    public async Task StackSums_ShortRange_ReadsOneServiceAndHourByTheKey()
    {
        TestStore store = await FillAsync();
        StackQuery query = new()
        {
            Tenant = "t",
            ProfileType = TestRows.Cpu,
            Services = ["s1"],
            Range = TimeRange.OfSeconds(TestRows.Day + 7300, TestRows.Day + 7400),
        };

        string plan = await PlanAsync(store, StackSumStatement.Of(query, null, null, null));

        AssertGranulesBelow(plan, 0.2);
    }

    [Fact]
    public async Task Totals_ShortRange_ReadOneServiceAndHourByTheKey()
    {
        TestStore store = await FillAsync();
        TotalsQuery query = new()
        {
            Tenant = "t",
            ProfileType = TestRows.Cpu,
            Services = ["s1"],
            Range = TimeRange.OfSeconds(TestRows.Day + 36_000, TestRows.Day + 39_600),
            StepSeconds = 15,
        };

        string plan = await PlanAsync(store, ProfileReader.TotalsStatement(query, null));

        AssertGranulesBelow(plan, 0.5);
    }

    [Theory]
    [InlineData("SELECT any(frames) FROM stack WHERE tenant = 't' AND service = 's1' AND stack IN [1, 5000, 9000] GROUP BY stack", 0.2)]
    [InlineData("SELECT max(names) FROM frame WHERE tenant = 't' AND frame IN [17, 4000] GROUP BY frame", 0.2)]
    [InlineData("SELECT any(name) FROM function WHERE tenant = 't' AND function IN [17, 4000] GROUP BY function", 0.2)]
    [InlineData("SELECT any(file) FROM mapping WHERE tenant = 't' AND mapping IN [17, 4000] GROUP BY mapping", 0.2)]
    [InlineData("SELECT any(comments) FROM header WHERE tenant = 't' AND header IN [17, 4000] GROUP BY header", 0.2)]
    public async Task Lookup_ByItsKey_ReadsFewGranules(string sql, double share)
    {
        TestStore store = await FillAsync();

        string plan = await PlanAsync(store, new ClickHouseStatement(sql));

        AssertGranulesBelow(plan, share);
    }

    [Fact]
    public async Task Columns_OnDisk_AreAsSmallAsDecided()
    {
        TestStore store = await FillAsync();
        await store.TextAsync("OPTIMIZE TABLE sample FINAL");
        double bytes = double.Parse(
            await store.TextAsync(
                $"SELECT sum(data_compressed_bytes) / sum(rows) FROM system.parts "
                + $"WHERE database = '{store.Client.Database}' AND table = 'sample' AND active"),
            System.Globalization.CultureInfo.InvariantCulture);

        Assert.InRange(bytes, 0.5, 8);
    }

    private static void AssertGranulesBelow(string plan, double share)
    {
        // The last line of the primary key's part: "Granules: read/all".
        int key = plan.IndexOf("PrimaryKey", StringComparison.Ordinal);
        Assert.True(key >= 0, plan);
        string line = plan[plan.IndexOf("Granules: ", key, StringComparison.Ordinal)..].Split('\n')[0];
        string[] parts = line["Granules: ".Length..].Trim().Split('/');
        double read = double.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture);
        double all = double.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(read / all <= share, plan);
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static async Task<string> PlanAsync(TestStore store, ClickHouseStatement statement)
    {
        ClickHouseStatement explain = statement.WithText("EXPLAIN indexes = 1, projections = 1 " + statement.Text)
            .Set("force_optimize_projection", statement.Text.Contains("UNION ALL", StringComparison.Ordinal) ? 1 : 0);
        return await store.Client.ExecuteAsync(explain, TestStore.Token);
    }

    private async Task<TestStore> FillAsync()
    {
        if (s_filled is not null)
        {
            return s_filled;
        }

        TestStore store = await TestStore.CreateAsync(fixture);
        RowBatch batch = new();
        List<(ulong, long)> samples = [.. Enumerable.Range(0, 500).Select(static i => ((ulong)i * 0x9E3779B97F4A7C15, 10_000_000L))];
        foreach (string service in (string[])["s0", "s1", "s2", "s3"])
        {
            for (int hour = 0; hour < 24; hour++)
            {
                for (ulong pod = 0; pod < 8; pod++)
                {
                    batch.AddProfile(service, pod, pod % 3, TestRows.Day + (hour * 3600) + ((int)pod * 5), samples);
                }
            }

            for (ulong pod = 0; pod < 3000; pod++)
            {
                batch.AddSeries(service, pod, pod % 3, TestRows.Day);
            }

            for (ulong stack = 0; stack < 5000; stack++)
            {
                batch.AddStack(service, stack * 2, stack, stack + 1);
            }
        }

        for (int i = 0; i < 40_000; i++)
        {
            batch.AddProfile("s1", 1, 0, TestRows.Day + (i * 2), []);
        }

        for (ulong id = 0; id < 40_000; id++)
        {
            batch.AddFrame(id, 0, id, 0, id);
            batch.AddFunction(id, $"f{id}");
            batch.AddMapping(id, $"/lib/{id}");
            batch.Headers.Append(new HeaderRow { Tenant = "t"u8, Header = id, SeenSeconds = TestRows.Day });
        }

        await store.Writer.WriteAsync(batch, "fill", TestStore.Token);
        return s_filled = store;
    }
}
