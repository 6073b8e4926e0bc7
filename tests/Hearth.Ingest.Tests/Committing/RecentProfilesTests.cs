using Hearth.Ingest.Committing;
using Xunit;

namespace Hearth.Ingest.Tests.Committing;

public sealed class RecentProfilesTests
{
    [Fact]
    public void Contains_UntilTheTimeIsOver()
    {
        SteppedTime time = new();
        RecentProfiles recent = new(1000, TimeSpan.FromMinutes(60), time);
        recent.Add(1);
        time.Step(TimeSpan.FromMinutes(29));
        Assert.True(recent.Contains(1));
        time.Step(TimeSpan.FromMinutes(29));
        Assert.True(recent.Contains(1));
        time.Step(TimeSpan.FromMinutes(60));
        Assert.False(recent.Contains(1));
        Assert.Equal(0, recent.Count);
    }

    [Fact]
    public void Count_StaysWithinTheBound()
    {
        RecentProfiles recent = new(1000, TimeSpan.FromMinutes(60), new SteppedTime());
        for (int i = 1; i <= 10_000; i++)
        {
            recent.Add((UInt128)i);
            Assert.InRange(recent.Count, 1, 1000);
        }

        Assert.True(recent.Contains(10_000));
        Assert.True(recent.Contains(9_600));
        Assert.False(recent.Contains(5_000));
    }

    private sealed class SteppedTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Step(TimeSpan time) => _ticks += time.Ticks;
    }
}
