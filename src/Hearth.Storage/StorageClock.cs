namespace Hearth.Storage;

/// <summary>
/// The store's clock: slots of 5 s. A profile belongs to the slot its start lies in; every range test and every bucket is
/// made of whole slots, so that totals over the same time agree whichever table they come from.
/// </summary>
public static class StorageClock
{
    /// <summary>Length of a slot, seconds.</summary>
    public const int SlotSeconds = 5;

    /// <summary>Length of a bucket of the sample table, seconds.</summary>
    public const int BucketSeconds = 3600;

    /// <summary>Start of the slot a time lies in, Unix seconds.</summary>
    public static long SlotOf(long unixSeconds) => unixSeconds - FloorModulo(unixSeconds, SlotSeconds);

    /// <summary>Start of the slot a time lies in, Unix seconds.</summary>
    public static long SlotOfNanoseconds(long unixNanoseconds) =>
        SlotOf((unixNanoseconds - FloorModulo(unixNanoseconds, 1_000_000_000)) / 1_000_000_000);

    /// <summary>Start of the hour a time lies in, Unix seconds.</summary>
    public static long BucketOf(long unixSeconds) => unixSeconds - FloorModulo(unixSeconds, BucketSeconds);

    private static long FloorModulo(long value, long divisor)
    {
        long rest = value % divisor;
        return rest < 0 ? rest + divisor : rest;
    }
}
