using FsCheck;
using FsCheck.Fluent;
using Hearth.Query.Selecting;
using Xunit;

namespace Hearth.Query.Tests.Selecting;

public sealed class TimeGridTests
{
    private const long Start = 1_790_000_010_000;

    [Fact]
    public void TimestampOf_AlignedRange_IsTheRightEdgeOfAFullBucket()
    {
        TimeGrid grid = Grid(Start, Start + 60_000, 15);
        long first = Start / 1_000;

        Assert.Equal(
            [15, 15, 15, 30, 30, 30, 45, 45, 45, 60, 60, 60],
            Enumerable.Range(0, 12).Select(i => (int)((grid.TimestampOf(first + (i * 5)) - Start) / 1_000)));
    }

    [Fact]
    public void TimestampOf_StartInsideASlot_KeepsEveryBucketWhole()
    {
        TimeGrid grid = Grid(Start + 3_500, Start + 63_500, 15);
        IEnumerable<IGrouping<long, long>> buckets = Slots(grid.Range).GroupBy(grid.TimestampOf);

        Assert.All(buckets, bucket => Assert.Equal(3, bucket.Count()));
        Assert.Equal([18_500L, 33_500, 48_500, 63_500], buckets.Select(b => b.Key - Start));
    }

    [Fact]
    public void TimestampOf_RangeThatIsNoMultiple_EndsInAShorterBucketAtTheEnd()
    {
        TimeGrid grid = Grid(Start, Start + 40_000, 15);

        Assert.Equal([15_000L, 30_000, 40_000], Slots(grid.Range).Select(grid.TimestampOf).Distinct().Select(t => t - Start));
    }

    [Fact]
    public void TimestampOf_AnyRangeAndStep_PutsEverySlotIntoTheRangeInOrder() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(
            Gen.Choose(0, 100_000).ToArbitrary(), Gen.Choose(0, 400_000).ToArbitrary(), Gen.Choose(1, 200_000).ToArbitrary(),
            (offset, length, stepMs) =>
            {
                TimeGrid grid = Grid(Start + offset, Start + offset + length, stepMs / 1_000.0);
                long[] stamps = [.. Slots(grid.Range).Select(grid.TimestampOf)];
                Assert.NotEmpty(stamps);
                Assert.Equal(stamps.Order(), stamps);
                Assert.All(stamps, t => Assert.InRange(t, grid.Range.StartMs, grid.Range.EndMs));
                Assert.All(stamps.Where(t => t < grid.Range.EndMs), t => Assert.Equal(0, (t - grid.Range.StartMs) % grid.StepMs));
                Assert.InRange(stamps.Distinct().Count(), 1, grid.BucketsMax);
            }));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(0.0004)]
    [InlineData(double.NaN)]
    public void TryCreate_StepBelowAMillisecond_IsRefused(double step)
    {
        Assert.False(TimeGrid.TryCreate(new QueryRange(Start, Start + 1), step, out _, out string? error));
        Assert.Contains("step", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 5, "required")]
    [InlineData(5, 0, "required")]
    [InlineData(6, 5, "reversed")]
    public void RangeTryCreate_MissingOrReversed_IsRefused(long start, long end, string expected)
    {
        Assert.False(QueryRange.TryCreate(start, end, out _, out string? error));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(long.MinValue, 1)]
    [InlineData(1, long.MaxValue)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void Range_ExtremeTimes_HasAtLeastOneSlot(long start, long end)
    {
        QueryRange range = new(start, end);

        Assert.True(range.EndSlot - range.FirstSlot >= 5);
        Assert.InRange(range.EndSlot, 5, uint.MaxValue);
    }

    private static TimeGrid Grid(long start, long end, double step)
    {
        Assert.True(QueryRange.TryCreate(start, end, out QueryRange range, out _));
        Assert.True(TimeGrid.TryCreate(range, step, out TimeGrid grid, out _));
        return grid;
    }

    private static IEnumerable<long> Slots(QueryRange range)
    {
        for (long slot = range.FirstSlot; slot < range.EndSlot; slot += 5)
        {
            yield return slot;
        }
    }
}
