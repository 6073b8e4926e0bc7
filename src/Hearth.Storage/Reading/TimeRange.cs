namespace Hearth.Storage.Reading;

/// <summary>
/// A range of whole slots: a profile is in it when the slot of its start is. Made from any two times by the one rule, so that
/// every table and every view counts the same profiles.
/// </summary>
public readonly record struct TimeRange
{
    private TimeRange(long fromSeconds, long toSeconds)
    {
        FromSeconds = fromSeconds;
        ToSeconds = toSeconds;
    }

    /// <summary>First slot, Unix seconds; a multiple of <see cref="StorageClock.SlotSeconds"/>.</summary>
    public long FromSeconds { get; }

    /// <summary>First slot behind the range, Unix seconds; at least one slot after <see cref="FromSeconds"/>.</summary>
    public long ToSeconds { get; }

    /// <summary>[start, end) in Unix milliseconds, floored to slots, at least one slot long. Times outside 1970–2105 are clamped.</summary>
    public static TimeRange OfMilliseconds(long startMilliseconds, long endMilliseconds)
    {
        const long Last = uint.MaxValue - StorageClock.SlotSeconds;
        long from = StorageClock.SlotOf(Math.Clamp(startMilliseconds / 1000, 0, Last));
        long to = StorageClock.SlotOf(Math.Clamp(endMilliseconds / 1000, 0, Last));
        return new(from, Math.Max(to, from + StorageClock.SlotSeconds));
    }

    /// <summary>[start, end) in Unix seconds; see <see cref="OfMilliseconds"/>.</summary>
    public static TimeRange OfSeconds(long startSeconds, long endSeconds) =>
        OfMilliseconds(startSeconds * 1000, endSeconds * 1000);
}
