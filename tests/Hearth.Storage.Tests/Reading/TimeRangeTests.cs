using Hearth.Storage.Reading;
using Xunit;

namespace Hearth.Storage.Tests.Reading;

public sealed class TimeRangeTests
{
    [Theory]
    [InlineData(0, 5_000, 0, 5)]
    [InlineData(4_999, 5_000, 0, 5)]
    [InlineData(5_000, 14_999, 5, 10)]
    [InlineData(7_000, 7_000, 5, 10)]
    [InlineData(9_000, 1_000, 5, 10)]
    [InlineData(-7_000, 3_000, 0, 5)]
    [InlineData(long.MinValue, long.MaxValue, 0, 4_294_967_290)]
    public void OfMilliseconds_AnyTimes_AreWholeSlots(long start, long end, long from, long to)
    {
        TimeRange range = TimeRange.OfMilliseconds(start, end);

        Assert.Equal((from, to), (range.FromSeconds, range.ToSeconds));
    }
}
