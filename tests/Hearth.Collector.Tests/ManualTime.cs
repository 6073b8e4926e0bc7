namespace Hearth.Collector.Tests;

/// <summary>A clock that stands still until it is moved. Timestamps are nanoseconds, as CLOCK_MONOTONIC's are.</summary>
internal sealed class ManualTime : TimeProvider
{
    private DateTimeOffset _wall;
    private long _nanos = 1_000_000_000_000;

    public ManualTime(DateTimeOffset wall) => _wall = wall;

    public override long TimestampFrequency => 1_000_000_000;

    public override DateTimeOffset GetUtcNow() => _wall;

    public override long GetTimestamp() => _nanos;

    /// <summary>Both clocks go on.</summary>
    public void Advance(TimeSpan by)
    {
        _wall += by;
        _nanos += by.Ticks * 100;
    }

    /// <summary>Somebody sets the wall clock.</summary>
    public void SetWall(DateTimeOffset wall) => _wall = wall;
}
