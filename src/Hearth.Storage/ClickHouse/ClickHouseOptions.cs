using System.ComponentModel.DataAnnotations;

namespace Hearth.Storage.ClickHouse;

/// <summary>How to reach the store: the embedded engine or a ClickHouse server, which differ in the address only.</summary>
public sealed class ClickHouseOptions
{
    /// <summary>Address of its HTTP interface, e.g. <c>http://127.0.0.1:8123</c>.</summary>
    [Required]
    public Uri Url { get; set; } = new("http://127.0.0.1:8123");

    /// <summary>Database the tables are in; <c>schema apply</c> creates it.</summary>
    [RegularExpression("[A-Za-z_][A-Za-z0-9_]{0,63}", ErrorMessage = "The database name may have letters, digits and underscores.")]
    public string Database { get; set; } = "hearth";

    /// <summary>User name; empty for the server's default.</summary>
    public string User { get; set; } = "";

    /// <summary>Password, which ClickHouse calls key; or the embedded engine's key; empty for none.</summary>
    public string Key { get; set; } = "";

    /// <summary>Longest a connection may take to open, seconds.</summary>
    [Range(1, 300)]
    public int ConnectSeconds { get; set; } = 5;

    /// <summary>Longest a query may take, seconds.</summary>
    [Range(1, 3600)]
    public int QuerySeconds { get; set; } = 30;

    /// <summary>Longest an insert may take, seconds.</summary>
    [Range(1, 3600)]
    public int InsertSeconds { get; set; } = 60;

    /// <summary>Largest block of a result, bytes; a larger one fails the query.</summary>
    [Range(1 << 16, 1 << 30)]
    public int BlockBytesMax { get; set; } = 256 << 20;

    /// <summary>Largest result, bytes after decompression; a larger one fails the query.</summary>
    [Range(1L << 20, 1L << 36)]
    public long ResultBytesMax { get; set; } = 2L << 30;

    /// <summary>Connections kept to the store; further statements wait.</summary>
    [Range(1, 1000)]
    public int ConnectionsMax { get; set; } = 16;

    /// <summary>Whether bodies travel gzipped: worth it past one machine only.</summary>
    public bool Compress { get; set; }
}
