using System.Diagnostics.Metrics;

namespace Hearth.Collector.Metering;

/// <summary>Counts what could not be named or read, by reason, in the meter <c>Hearth.Collector</c>.</summary>
internal static class SymbolMeter
{
    private static readonly Meter Source = new("Hearth.Collector");

    private static readonly Counter<long> FilesCounter = Source.CreateCounter<long>(
        "hearth.collector.symbols.files.refused", "{file}", "Files of other processes that gave no symbols, by reason.");

    private static readonly Counter<long> UnnamedCounter = Source.CreateCounter<long>(
        "hearth.collector.symbols.unnamed", "{location}", "Addresses without a name per window, by kind: native, jit, kernel, managed.");

    private static readonly Counter<long> RuntimesCounter = Source.CreateCounter<long>(
        "hearth.collector.runtimes", "{process}", "What became of switching a runtime's perf map on, by result.");

    private static readonly Counter<long> EvictedCounter = Source.CreateCounter<long>(
        "hearth.collector.symbols.evicted", "{table}", "Symbol tables let go to stay inside the memory bound.");

    private static readonly Counter<long> WorkCounter = Source.CreateCounter<long>(
        "hearth.collector.symbols.work.refused", "{work}", "Reads of other processes not made or not waited for, by reason.");

    /// <summary>A file gave no symbols.</summary>
    public static void FileRefused(string reason) => FilesCounter.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>An address got no name.</summary>
    public static void Unnamed(string kind) => UnnamedCounter.Add(1, new KeyValuePair<string, object?>("kind", kind));

    /// <summary>A runtime was asked, or could not be.</summary>
    public static void Runtime(string result) => RuntimesCounter.Add(1, new KeyValuePair<string, object?>("result", result));

    /// <summary>A table was let go.</summary>
    public static void Evicted() => EvictedCounter.Add(1);

    /// <summary>Work was refused or left behind.</summary>
    public static void WorkRefused(string reason) => WorkCounter.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
