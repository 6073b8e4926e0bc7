using System.Diagnostics.Metrics;

namespace Hearth.Storage.ClickHouse;

/// <summary>What the client did, as metrics of the meter <c>Hearth.Storage</c>.</summary>
internal static class StorageMetrics
{
    public const string Query = "query";
    public const string Insert = "insert";
    public const string Execute = "execute";

    private static readonly Meter Meter = new("Hearth.Storage");

    public static readonly Histogram<double> StatementSeconds = Meter.CreateHistogram<double>(
        "hearth.storage.statement.duration", "s", "Time of a statement until its answer began, by kind and outcome.");

    public static readonly Counter<long> InsertBytes = Meter.CreateCounter<long>(
        "hearth.storage.insert.bytes", "By", "Bytes of blocks inserted, by table.");

    public static readonly Counter<long> SymbolCacheLookups = Meter.CreateCounter<long>(
        "hearth.storage.symbol_cache.lookups", "{stack}", "Stacks looked up in the symbol cache, by result.");

    public static readonly Counter<long> SymbolCacheEvictions = Meter.CreateCounter<long>(
        "hearth.storage.symbol_cache.evictions", "{stack}", "Stacks dropped from the symbol cache because it was full.");
}
