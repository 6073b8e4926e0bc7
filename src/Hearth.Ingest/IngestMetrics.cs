using System.Diagnostics.Metrics;
using Hearth.Ingest.Shaping;

namespace Hearth.Ingest;

/// <summary>The instruments of this room. Tag values are a closed set, never text of a request.</summary>
internal static class IngestMetrics
{
    private static readonly Meter Meter = new("Hearth.Ingest");

    private static readonly Counter<long> RequestCount = Meter.CreateCounter<long>(
        "hearth.ingest.requests", "{request}", "Export requests, by outcome.");

    private static readonly Counter<long> BytesCount = Meter.CreateCounter<long>(
        "hearth.ingest.bytes", "By", "Bytes of export requests after decompression.");

    private static readonly Counter<long> RefusedCount = Meter.CreateCounter<long>(
        "hearth.ingest.refused", "{item}", "Profiles and parts of profiles that were not stored, by reason.");

    private static readonly Counter<long> DuplicateCount = Meter.CreateCounter<long>(
        "hearth.ingest.duplicates", "{profile}", "Profiles recognised as sent before and not stored again.");

    private static readonly Counter<long> ProfileCount = Meter.CreateCounter<long>(
        "hearth.ingest.profiles", "{profile}", "Profile rows stored.");

    private static readonly Counter<long> SampleCount = Meter.CreateCounter<long>(
        "hearth.ingest.samples", "{row}", "Sample rows stored.");

    private static readonly Histogram<double> InsertTime = Meter.CreateHistogram<double>(
        "hearth.ingest.insert.duration", "s", "Time to insert one batch.");

    private static readonly Histogram<long> BatchRows = Meter.CreateHistogram<long>(
        "hearth.ingest.batch.rows", "{row}", "Sample rows per batch.");

    private static readonly Counter<long> InsertFailures = Meter.CreateCounter<long>(
        "hearth.ingest.insert.failures", "{attempt}", "Attempts to insert a batch that failed.");

    private static readonly Counter<long> DroppedCount = Meter.CreateCounter<long>(
        "hearth.ingest.dropped", "{profile}", "Profiles lost after they were received, by reason; their senders were told.");

    private static readonly Counter<long> CollisionCount = Meter.CreateCounter<long>(
        "hearth.ingest.stack_id_collisions", "{stack}", "Stacks whose 64-bit id another stack has: an alarm.");

    /// <summary>Counts an export request.</summary>
    public static void Requested(string outcome, long bytes)
    {
        RequestCount.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        BytesCount.Add(bytes);
    }

    /// <summary>Counts what was refused.</summary>
    public static void Refused(RefusalReason reason, int count) =>
        RefusedCount.Add(count, new KeyValuePair<string, object?>("reason", RefusalList.Name(reason)));

    /// <summary>Counts resends.</summary>
    public static void Duplicates(int count) => DuplicateCount.Add(count);

    /// <summary>Counts a batch that was inserted.</summary>
    public static void Inserted(long samples, int profiles, TimeSpan time)
    {
        SampleCount.Add(samples);
        ProfileCount.Add(profiles);
        BatchRows.Record(samples);
        InsertTime.Record(time.TotalSeconds);
    }

    /// <summary>Counts an attempt that failed.</summary>
    public static void InsertFailed() => InsertFailures.Add(1);

    /// <summary>Counts what was lost.</summary>
    public static void Dropped(string reason, int profiles) =>
        DroppedCount.Add(profiles, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>Counts colliding stack ids.</summary>
    public static void Collided(long count) => CollisionCount.Add(count);
}
