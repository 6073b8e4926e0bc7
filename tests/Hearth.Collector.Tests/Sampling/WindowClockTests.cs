using FsCheck;
using FsCheck.Fluent;
using Hearth.Collector.Sampling;
using Xunit;

namespace Hearth.Collector.Tests.Sampling;

public sealed class WindowClockTests
{
    private const long Second = 1_000_000_000;
    private static readonly DateTimeOffset Boundary = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void First_InsideAWindow_EndsAtTheBoundaryAndTellsItsRealLength()
    {
        ManualTime time = new(Boundary.AddSeconds(7));
        WindowClock clock = new(time, 15);
        WindowSpan first = clock.First();
        Assert.Equal(8 * Second, first.DurationNanos);
        Assert.Equal(8UL * Second, first.EndNanos - first.StartNanos);
        Assert.Equal(Boundary.AddSeconds(7).ToUnixTimeMilliseconds() * 1_000_000, first.StartUnixNanos);
    }

    [Fact]
    public void First_JustBeforeABoundary_TakesTheNextWindowAlong()
    {
        ManualTime time = new(Boundary.AddSeconds(14.8));
        WindowSpan first = new WindowClock(time, 15).First();
        Assert.Equal(15_200_000_000, first.DurationNanos);
        Assert.Equal(Boundary.AddSeconds(30).ToUnixTimeMilliseconds() * 1_000_000, first.EndUnixNanos);
    }

    [Fact]
    public void After_SlewedClock_StillStartsExactlyAtTheBoundary()
    {
        ManualTime time = new(Boundary);
        WindowClock clock = new(time, 15);
        WindowSpan span = clock.First();
        for (int i = 1; i <= 20; i++)
        {
            // The wall clock loses 7 ms in every window (500 ppm), and the reader looks 30 ms late.
            time.Advance(TimeSpan.FromSeconds(15.03));
            time.SetWall(time.GetUtcNow().AddMilliseconds(-7));
            WindowSpan next = clock.After(span);
            Assert.Equal(span.EndNanos, next.StartNanos);
            Assert.Equal(0, next.StartUnixNanos % (15 * Second));
            Assert.Equal(15 * Second, next.DurationNanos);
            Assert.InRange((long)(next.EndNanos - next.StartNanos), 14_900_000_000, 15_100_000_000);
            span = next;
            time.Advance(TimeSpan.FromMilliseconds(-23));
        }
    }

    [Fact]
    public void After_ClockSetForward_MakesOneShorterWindowAndIsAlignedAgain()
    {
        ManualTime time = new(Boundary);
        WindowClock clock = new(time, 15);
        WindowSpan span = clock.First();
        time.Advance(TimeSpan.FromSeconds(15));
        time.SetWall(Boundary.AddHours(1).AddSeconds(4));
        WindowSpan shorter = clock.After(span);
        Assert.Equal(11 * Second, shorter.DurationNanos);
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(15 * Second, clock.After(shorter).DurationNanos);
    }

    [Fact]
    public void Windows_AnySteps_FollowEachOtherWithoutGapOrOverlap()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<(ushort Go, short Set)[]>(), steps =>
        {
            ManualTime time = new(Boundary.AddSeconds(3));
            WindowClock clock = new(time, 15);
            WindowSpan span = clock.First();
            foreach ((ushort go, short set) in steps)
            {
                time.Advance(TimeSpan.FromMilliseconds(go));
                time.SetWall(time.GetUtcNow().AddMilliseconds(set % 2000));
                while (clock.NowNanos >= span.EndNanos)
                {
                    WindowSpan next = clock.After(span);
                    Assert.Equal(span.EndNanos, next.StartNanos);
                    Assert.InRange((long)(next.EndNanos - next.StartNanos), 1, 15_500_000_000);
                    Assert.Equal(0, next.EndUnixNanos % (15 * Second));
                    span = next;
                }
            }
        }).QuickCheckThrowOnFailure();
    }
}
