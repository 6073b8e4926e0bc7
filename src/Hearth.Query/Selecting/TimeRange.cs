using Hearth.Storage;

namespace Hearth.Query.Selecting;

/// <summary>
/// A range [start, end) in Unix milliseconds, read by the store's clock: a profile lies inside when the 5 s slot of its start is
/// not before the slot of <see cref="StartMs"/> and before the slot of <see cref="EndMs"/>; a range shorter than a slot is the
/// one slot its start lies in. Flame graphs, time series, label lists and differences all use this one rule, so their totals agree.
/// </summary>
/// <param name="StartMs">First instant, Unix milliseconds.</param>
/// <param name="EndMs">First instant behind the range, Unix milliseconds; not before <paramref name="StartMs"/>.</param>
internal readonly record struct TimeRange(long StartMs, long EndMs)
{
    /// <summary>The store's times end in 2106.</summary>
    private const long LastSecond = uint.MaxValue - StorageClock.BucketSeconds;

    /// <summary>First slot inside, Unix seconds.</summary>
    public long FirstSlot => SlotOf(StartMs);

    /// <summary>First slot behind the range, Unix seconds.</summary>
    public long EndSlot => Math.Max(SlotOf(EndMs), FirstSlot + StorageClock.SlotSeconds);

    /// <summary>A range as a request gives it; false with a sentence when a bound is missing or the bounds are reversed.</summary>
    public static bool TryCreate(long startMs, long endMs, out TimeRange range, out string? error)
    {
        range = new TimeRange(startMs, endMs);
        error = (startMs, endMs) switch
        {
            (0, _) or (_, 0) => "start and end are required, in Unix milliseconds.",
            _ when startMs > endMs => $"The range is reversed: start {startMs} is after end {endMs}.",
            _ => null,
        };
        return error is null;
    }

    private static long SlotOf(long milliseconds) =>
        StorageClock.SlotOf(Math.Clamp(milliseconds / 1_000, 0, LastSecond));
}
