using Hearth.Storage.ClickHouse;

namespace Hearth.Storage.Writing;

/// <summary>The first and last time a symbol or series was seen: two aggregates over one number.</summary>
internal sealed class SeenColumns
{
    public ValueColumn<uint> First { get; } = new("first_seen", "SimpleAggregateFunction(min, DateTime('UTC'))");

    public ValueColumn<uint> Last { get; } = new("last_seen", "SimpleAggregateFunction(max, DateTime('UTC'))");

    public void Append(long unixSeconds)
    {
        uint seen = (uint)Math.Clamp(unixSeconds, 0, uint.MaxValue);
        First.Append(seen);
        Last.Append(seen);
    }
}
