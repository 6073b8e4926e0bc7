namespace Hearth.Query.Selecting;

/// <summary>One point of a time series.</summary>
/// <param name="TimestampMs">Right edge of its bucket, Unix milliseconds.</param>
/// <param name="Value">Sum of a delta type's values in the bucket, or the mean of a gauge's snapshots summed over series.</param>
internal readonly record struct SeriesPoint(long TimestampMs, double Value);
