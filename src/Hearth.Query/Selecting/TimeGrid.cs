using Hearth.Storage;

namespace Hearth.Query.Selecting;

/// <summary>
/// The buckets of a time series. The grid is anchored at the start of the range: timestamps start + step, start + 2·step, … A point
/// at t holds the slots that lie whole in (t − step, t], the slots counted from the slot of the start; in other words the k-th
/// bucket holds the slots [first + k·step, first + (k+1)·step). Only slots inside the range are read, so nothing before the start
/// leaks in and a steady load is level from the first point to the last. What is left after the last whole step
/// is a shorter bucket stamped with the end of the range. Hence, for every range and step, the points add up to the total of the
/// flame graph of that range.
/// </summary>
/// <param name="Range">What is read.</param>
/// <param name="StepMs">Width of a bucket, milliseconds, at least 1.</param>
internal readonly record struct TimeGrid(QueryRange Range, long StepMs)
{
    /// <summary>The largest step: longer ones are one bucket anyway.</summary>
    public const double StepSecondsMax = 1e9;

    /// <summary>The grid of a request; false with a sentence for a step below a millisecond.</summary>
    public static bool TryCreate(QueryRange range, double stepSeconds, out TimeGrid grid, out string? error)
    {
        double milliseconds = Math.Round(Math.Min(stepSeconds, StepSecondsMax) * 1_000);
        grid = new TimeGrid(range, milliseconds >= 1 ? (long)milliseconds : 1);
        error = milliseconds >= 1 ? null : "step must be at least 0.001 seconds.";
        return error is null;
    }

    /// <summary>Buckets the range has at most: no more than it has slots.</summary>
    public long BucketsMax => Math.Min(
        ((Range.EndSlot - StorageClock.SlotSeconds - Range.FirstSlot) * 1_000 / StepMs) + 1,
        (Range.EndSlot - Range.FirstSlot) / StorageClock.SlotSeconds);

    /// <summary>
    /// Step to read the store with, seconds: the grid's own when it is made of whole slots, else single slots, which are put into
    /// buckets here.
    /// </summary>
    public long StoreStepSeconds => StepMs % (StorageClock.SlotSeconds * 1_000) == 0 ? StepMs / 1_000 : StorageClock.SlotSeconds;

    /// <summary>The timestamp, Unix milliseconds, of the bucket that holds a slot.</summary>
    /// <param name="slot">Start of a slot inside the range, Unix seconds.</param>
    public long TimestampOf(long slot)
    {
        long bucket = (slot - Range.FirstSlot) * 1_000 / StepMs;
        return Math.Min(Range.StartMs + ((bucket + 1) * StepMs), Range.EndMs);
    }
}
