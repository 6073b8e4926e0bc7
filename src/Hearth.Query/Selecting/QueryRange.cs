using Hearth.Storage.Reading;

namespace Hearth.Query.Selecting;

/// <summary>
/// A range [start, end) in Unix milliseconds, read by the store's clock: a profile lies inside when the 5 s slot of its start is
/// not before the slot of <see cref="StartMs"/> and before the slot of <see cref="EndMs"/>; a range shorter than a slot is the
/// one slot its start lies in. Flame graphs, time series, label lists and differences all use this one rule, so their totals agree.
/// </summary>
/// <param name="StartMs">First instant, Unix milliseconds.</param>
/// <param name="EndMs">First instant behind the range, Unix milliseconds; not before <paramref name="StartMs"/>.</param>
internal readonly record struct QueryRange(long StartMs, long EndMs)
{
    /// <summary>The range in slots, which is what the store reads.</summary>
    public TimeRange Slots => TimeRange.OfMilliseconds(StartMs, EndMs);

    /// <summary>First slot inside, Unix seconds.</summary>
    public long FirstSlot => Slots.FromSeconds;

    /// <summary>First slot behind the range, Unix seconds.</summary>
    public long EndSlot => Slots.ToSeconds;

    /// <summary>A range as a request gives it; false with a sentence when a bound is missing or the bounds are reversed.</summary>
    public static bool TryCreate(long startMs, long endMs, out QueryRange range, out string? error)
    {
        range = new QueryRange(startMs, endMs);
        error = (startMs, endMs) switch
        {
            (0, _) or (_, 0) => "start and end are required, in Unix milliseconds.",
            _ when startMs > endMs => $"The range is reversed: start {startMs} is after end {endMs}.",
            _ => null,
        };
        return error is null;
    }
}
