using Hearth.Storage.Reading;
using Hearth.Storage.Tests.Writing;
using Hearth.Storage.Writing;
using Hearth.Testing;
using Xunit;

namespace Hearth.Storage.Tests.Reading;

/// <summary>Sums and totals against the same rows summed here, over ranges with every kind of edge.</summary>
public sealed class SumStacksTests(EngineFixture fixture)
{
    private const int Profiles = 1500;

    [Fact]
    public async Task SumStacks_AnyRangeAndFilter_EqualsTheRowsSummedByHand()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        List<Written> rows = await WriteAsync(store);
        Random random = new(11);
        foreach (TimeRange range in Ranges(random))
        {
            string[] services = random.Next(3) == 0 ? ["a", "b"] : [random.Next(2) == 0 ? "a" : "b"];
            ulong[]? series = random.Next(3) == 0 ? [1, 3, 3, 99] : null;
            ulong[]? groups = random.Next(3) == 0 ? [0] : null;

            StackSums sums = await store.Reader.SumStacksAsync(
                new StackQuery
                {
                    Tenant = "t",
                    ProfileType = TestRows.Cpu,
                    Services = services,
                    Range = range,
                    SeriesIds = series,
                    GroupIds = groups,
                },
                TestStore.Token);

            var expected = rows
                .Where(row => services.Contains(row.Service) && row.Slot >= range.FromSeconds && row.Slot < range.ToSeconds
                    && (series is null || series.Contains(row.Series)) && (groups is null || groups.Contains(row.Group)))
                .GroupBy(static row => (row.Service, row.Stack))
                .ToDictionary(static group => group.Key, static group => group.Sum(static row => row.Value));
            var actual = Enumerable.Range(0, sums.Count).ToDictionary(
                i => (sums.Services[sums.Service[i]], sums.Stacks[i]), i => sums.Sums[i]);
            Assert.Equal(expected, actual);
            Assert.False(sums.IsSaturated);
        }
    }

    [Fact]
    public async Task Totals_AnyStep_AgreeWithTheSumOfStacks()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        List<Written> rows = await WriteAsync(store);
        Random random = new(12);
        foreach (TimeRange range in Ranges(random).Take(20))
        {
            long step = random.Next(1, 5000);
            TotalsQuery query = new()
            {
                Tenant = "t",
                ProfileType = TestRows.Cpu,
                Services = ["a", "b"],
                Range = range,
                StepSeconds = step,
                SeriesIds = random.Next(2) == 0 ? [.. Enumerable.Range(0, 5000).Select(static i => (ulong)i)] : null,
            };

            IReadOnlyList<TotalRow> totals = await store.Reader.TotalsAsync(query, TestStore.Token);

            var expected = rows
                .Where(row => row.Slot >= range.FromSeconds && row.Slot < range.ToSeconds)
                .GroupBy(row => (row.Series, range.FromSeconds + ((row.Slot - range.FromSeconds) / step * step)))
                .ToDictionary(
                    static group => group.Key,
                    static group => (group.Sum(static row => row.Value), (long)group.Select(static row => row.Profile).Distinct().Count()));
            Assert.Equal(expected, totals.ToDictionary(static row => (row.Series, row.Seconds), static row => (row.Sum, row.Profiles)));
        }
    }

    [Fact]
    public async Task SumStacks_BySpan_CountsOnlyItsSamples()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        RowBatch batch = new();
        batch.AddProfile("a", 1, 0, TestRows.Day, [(1, 10)]);
        batch.Samples.Append(1, 5, span: 77);
        batch.Samples.Append(2, 6, span: 78);
        await store.Writer.WriteAsync(batch, "spans", TestStore.Token);

        StackSums sums = await store.Reader.SumStacksAsync(
            new StackQuery
            {
                Tenant = "t",
                ProfileType = TestRows.Cpu,
                Services = ["a"],
                Range = TimeRange.OfSeconds(TestRows.Day, TestRows.Day + 7200),
                SpanIds = [77],
            },
            TestStore.Token);

        Assert.Equal([1UL], sums.Stacks);
        Assert.Equal([5L], sums.Sums);
    }

    [Theory]
    [InlineData(long.MaxValue, long.MaxValue)]
    [InlineData(long.MinValue, long.MinValue)]
    public async Task SumStacks_BeyondSixtyFourBits_StandsAtTheLimitAndSaysSo(long value, long expected)
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        RowBatch batch = new();
        batch.AddProfile("a", 1, 0, TestRows.Day, [(1, value)]);
        batch.AddProfile("a", 1, 0, TestRows.Day + 3600, [(1, value)]);
        await store.Writer.WriteAsync(batch, "large", TestStore.Token);

        StackSums sums = await store.Reader.SumStacksAsync(
            new StackQuery
            {
                Tenant = "t",
                ProfileType = TestRows.Cpu,
                Services = ["a"],
                Range = TimeRange.OfSeconds(TestRows.Day, TestRows.Day + 3700),
            },
            TestStore.Token);

        Assert.Equal([expected], sums.Sums);
        Assert.True(sums.IsSaturated);
    }

    [Fact]
    public async Task SumStacks_OtherTenantOrType_SeesNothing()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        await WriteAsync(store);
        TimeRange range = TimeRange.OfSeconds(TestRows.Day - 86_400, TestRows.Day + (10 * 86_400));

        StackSums tenant = await store.Reader.SumStacksAsync(
            new StackQuery { Tenant = "other", ProfileType = TestRows.Cpu, Services = ["a"], Range = range }, TestStore.Token);
        StackSums type = await store.Reader.SumStacksAsync(
            new StackQuery { Tenant = "t", ProfileType = "wall:wall:nanoseconds::", Services = ["a"], Range = range }, TestStore.Token);

        Assert.Equal((0, 0), (tenant.Count, type.Count));
    }

    private static IEnumerable<TimeRange> Ranges(Random random)
    {
        const long Hour = 3600;
        yield return TimeRange.OfSeconds(TestRows.Day, TestRows.Day + (6 * Hour));
        yield return TimeRange.OfSeconds(TestRows.Day + 1, TestRows.Day + (6 * Hour) - 1);
        yield return TimeRange.OfSeconds(TestRows.Day + Hour, TestRows.Day + Hour);
        yield return TimeRange.OfSeconds(TestRows.Day + Hour - 5, TestRows.Day + Hour + 5);
        yield return TimeRange.OfSeconds(TestRows.Day + 100, TestRows.Day + 200);
        yield return TimeRange.OfSeconds(0, uint.MaxValue);
        for (int i = 0; i < 60; i++)
        {
            long from = TestRows.Day + random.Next(-3600, 6 * 3600);
            yield return TimeRange.OfMilliseconds(
                (from * 1000) + random.Next(1000), ((from + random.Next(5 * 3600)) * 1000) + random.Next(1000));
        }
    }

    private static async Task<List<Written>> WriteAsync(TestStore store)
    {
        Random random = new(5);
        RowBatch batch = new();
        List<Written> rows = [];
        for (int profile = 0; profile < Profiles; profile++)
        {
            string service = random.Next(2) == 0 ? "a" : "b";
            ulong series = (ulong)random.Next(6);
            ulong group = series % 2;
            long seconds = TestRows.Day + random.Next(6 * 3600);
            List<(ulong Stack, long Value)> samples = [];
            for (int i = random.Next(1, 5); i > 0; i--)
            {
                ulong stack = (ulong)random.Next(20);
                long value = random.NextInt64(-1_000_000, 1_000_000_000);
                samples.Add((stack, value));
                rows.Add(new Written(service, series, group, StorageClock.SlotOf(seconds), stack, value, profile));
            }

            batch.AddProfile(service, series, group, seconds, samples);
            if (profile % 400 == 399)
            {
                await store.Writer.WriteAsync(batch, $"p{profile}", TestStore.Token);
                batch.Clear();
            }
        }

        await store.Writer.WriteAsync(batch, "rest", TestStore.Token);
        return rows;
    }

    private sealed record Written(string Service, ulong Series, ulong Group, long Slot, ulong Stack, long Value, int Profile);
}
