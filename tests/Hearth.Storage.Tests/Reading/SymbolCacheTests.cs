using Hearth.Storage.Reading;
using Xunit;

namespace Hearth.Storage.Tests.Reading;

public sealed class SymbolCacheTests
{
    [Fact]
    public void Add_BeyondTheBound_DropsWhatWasUsedLongestAgo()
    {
        SymbolCache<int, string> cache = new(1000, TimeSpan.FromHours(1), TimeProvider.System, static text => text.Length);
        cache.Add(-1, new string('x', 40));
        for (int i = 0; i < 100; i++)
        {
            cache.Add(i, new string('x', 40));
            Assert.NotNull(cache.Get(-1));
        }

        Assert.Equal(1000, cache.Bytes);
        Assert.Equal(5, cache.Count);
        Assert.NotNull(cache.Get(99));
        Assert.Null(cache.Get(0));
    }

    [Fact]
    public void Add_LargerThanTheBound_IsNotKept()
    {
        SymbolCache<int, string> cache = new(1000, TimeSpan.FromHours(1), TimeProvider.System, static text => text.Length);

        cache.Add(1, new string('x', 2000));

        Assert.Null(cache.Get(1));
        Assert.Equal(0, cache.Bytes);
    }

    [Fact]
    public void Get_OlderThanTheAge_IsForgotten()
    {
        SteppedTime time = new();
        SymbolCache<int, string> cache = new(1000, TimeSpan.FromSeconds(10), time, static text => text.Length);
        cache.Add(1, "x");

        time.Seconds = 10;
        Assert.NotNull(cache.Get(1));
        time.Seconds = 11;
        Assert.Null(cache.Get(1));
        Assert.Equal(0, cache.Count);
    }

    private sealed class SteppedTime : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
