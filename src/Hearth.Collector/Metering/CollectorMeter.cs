using System.Diagnostics.Metrics;

namespace Hearth.Collector.Metering;

/// <summary>
/// The collector's own counters: the meter <c>Hearth.Collector</c>. Every sample, record or request that is dropped is counted by
/// reason.
/// </summary>
internal static class CollectorMeter
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "Hearth.Collector";

    private static readonly Meter Source = new(Name);
    private static readonly Counter<long> SamplesCounter =
        Source.CreateCounter<long>("hearth.collector.samples", "{sample}", "CPU samples attributed to a process.");

    private static readonly Counter<long> SamplesDroppedCounter = Source.CreateCounter<long>(
        "hearth.collector.samples.dropped", "{sample}", "Samples not counted, by reason: lost (ring full), idle, exiting, window-dropped.");

    private static readonly Counter<long> RecordsCounter = Source.CreateCounter<long>(
        "hearth.collector.records", "{record}", "Other kernel records, by kind: throttle, late, broken.");

    private static readonly Counter<long> StacksCounter = Source.CreateCounter<long>(
        "hearth.collector.stacks", "{stack}", "Samples with an incomplete stack, by reason: truncated, broken, unmapped, other.");

    private static readonly Counter<long> WindowsCounter = Source.CreateCounter<long>(
        "hearth.collector.windows", "{window}", "Windows closed, by result: sent, empty, dropped.");

    private static readonly Counter<long> ProfilesDroppedCounter = Source.CreateCounter<long>(
        "hearth.collector.profiles.dropped",
        "{profile}",
        "Profiles not delivered, by reason: queue-full, refused, rejected, gave-up, shutdown.");

    private static readonly Counter<long> ProfilesSentCounter = Source.CreateCounter<long>(
        "hearth.collector.profiles.sent", "{profile}", "Profiles the receiver accepted.");

    private static readonly Counter<long> RetriesCounter = Source.CreateCounter<long>(
        "hearth.collector.export.retries", "{request}", "Exports repeated, by gRPC status code.");

    private static readonly Counter<long> ProcessesCounter = Source.CreateCounter<long>(
        "hearth.collector.processes", "{process}", "Process table events: forgotten (table full), targets-refused (event limit).");

    /// <summary>Counts attributed samples.</summary>
    public static void Samples(long count) => SamplesCounter.Add(count);

    /// <summary>Counts samples that were not attributed.</summary>
    public static void SamplesDropped(string reason, long count) => Add(SamplesDroppedCounter, "reason", reason, count);

    /// <summary>Counts other records.</summary>
    public static void Records(string kind, long count) => Add(RecordsCounter, "kind", kind, count);

    /// <summary>Counts samples with an incomplete stack.</summary>
    public static void Stacks(string reason, long count) => Add(StacksCounter, "reason", reason, count);

    /// <summary>Counts a closed window.</summary>
    public static void Window(string result) => Add(WindowsCounter, "result", result, 1);

    /// <summary>Counts profiles that do not arrive.</summary>
    public static void ProfilesDropped(string reason, long count) => Add(ProfilesDroppedCounter, "reason", reason, count);

    /// <summary>Counts profiles that arrived.</summary>
    public static void ProfilesSent(long count) => ProfilesSentCounter.Add(count);

    /// <summary>Counts a repeated export.</summary>
    public static void Retry(string code) => Add(RetriesCounter, "code", code, 1);

    /// <summary>Counts a process table event.</summary>
    public static void Processes(string what, long count) => Add(ProcessesCounter, "event", what, count);

    private static void Add(Counter<long> counter, string tag, string value, long count)
    {
        if (count > 0)
        {
            counter.Add(count, new KeyValuePair<string, object?>(tag, value));
        }
    }
}
