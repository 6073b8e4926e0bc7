using System.ComponentModel.DataAnnotations;

namespace Hearth.Engine;

/// <summary>Settings of the embedded ClickHouse engine's process; environment <c>HEARTH_ENGINE_*</c>.</summary>
internal sealed class EngineOptions
{
    /// <summary>Directory of the tables; it belongs to one process at a time.</summary>
    [Required(ErrorMessage = "say where the engine keeps its tables")]
    public string? Data { get; set; }

    /// <summary>Address to listen on: loopback unless you know why not.</summary>
    [Required]
    public string Listen { get; set; } = "127.0.0.1";

    /// <summary>Port of the HTTP interface; 0 picks a free one.</summary>
    [Range(0, 65535)]
    public int HttpPort { get; set; } = 8123;

    /// <summary>What a client must send as X-ClickHouse-Key; empty lets every local process in.</summary>
    public string Key { get; set; } = "";

    /// <summary>Path of libchdb.so; null to look beside the program and in the user's cache.</summary>
    public string? Library { get; set; }

    /// <summary>Statements that run at a time.</summary>
    [Range(1, 64)]
    public int ConnectionsMax { get; set; } = Math.Clamp(Environment.ProcessorCount * 2, 4, 16);

    /// <summary>Statements that wait for a connection; more are refused with 503.</summary>
    [Range(0, 10_000)]
    public int QueueMax { get; set; } = 128;

    /// <summary>Longest a statement waits for a connection, seconds; then it is refused with 503.</summary>
    [Range(1, 600)]
    public int QueueSeconds { get; set; } = 30;

    /// <summary>Memory of all statements and merges together, bytes; 0 takes half of the machine's.</summary>
    [Range(0, long.MaxValue)]
    public long MemoryBytesMax { get; set; }

    /// <summary>Cache of the marks of columns, bytes.</summary>
    [Range(1 << 20, long.MaxValue)]
    public long MarkCacheBytes { get; set; } = 128L << 20;

    /// <summary>Cache of primary keys, bytes.</summary>
    [Range(1 << 20, long.MaxValue)]
    public long KeyCacheBytes { get; set; } = 256L << 20;

    /// <summary>Longest statement text, bytes.</summary>
    [Range(1 << 10, 64 << 20)]
    public int StatementBytesMax { get; set; } = 4 << 20;

    /// <summary>Largest data of one insert, bytes after decompression.</summary>
    [Range(1L << 20, 1L << 40)]
    public long InsertBytesMax { get; set; } = 4L << 30;

    /// <summary>Longest a statement may run, seconds, unless it sets max_execution_time itself.</summary>
    [Range(1, 86_400)]
    public int StatementSeconds { get; set; } = 600;
}
