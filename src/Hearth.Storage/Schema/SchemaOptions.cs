using System.ComponentModel.DataAnnotations;

namespace Hearth.Storage.Schema;

/// <summary>
/// What differs between the embedded engine, a server and a cluster: the table engines and their durability, nothing else.
/// </summary>
public sealed class SchemaOptions
{
    /// <summary>
    /// Replicated tables (a cluster with Keeper). The replica path comes from the server's own <c>default_replica_path</c>.
    /// </summary>
    public bool Replicated { get; set; }

    /// <summary>
    /// How many inserted blocks each table remembers for deduplication. A retry later than that many blocks is stored twice, so it
    /// must exceed what is written during the longest time a spool keeps a segment.
    /// </summary>
    [Range(100, 10_000_000)]
    public int DeduplicationBlocks { get; set; } = 200_000;

    /// <summary>For replicated tables: how long an inserted block is remembered, seconds.</summary>
    [Range(3600, 31 * 86_400)]
    public int DeduplicationSeconds { get; set; } = 7 * 86_400;

    internal string MergeTree => Replicated ? "ReplicatedMergeTree" : "MergeTree";

    internal string AggregatingMergeTree => Replicated ? "ReplicatedAggregatingMergeTree" : "AggregatingMergeTree";

    internal string Durable =>
        (Replicated
            ? $"replicated_deduplication_window = {DeduplicationBlocks}, "
              + $"replicated_deduplication_window_seconds = {DeduplicationSeconds}, "
            : $"non_replicated_deduplication_window = {DeduplicationBlocks}, ")
        + "fsync_after_insert = 1, fsync_part_directory = 1";
}
