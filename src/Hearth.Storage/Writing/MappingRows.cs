using Hearth.Storage.ClickHouse;

namespace Hearth.Storage.Writing;

/// <summary>Rows of <c>mapping</c>.</summary>
public sealed class MappingRows : TableRows
{
    private readonly LowCardinalityColumn _tenant = new("tenant");
    private readonly ValueColumn<ulong> _mapping = new("mapping", "UInt64");
    private readonly TextColumn _buildId = new("build_id");
    private readonly TextColumn _file = new("file");
    private readonly ValueColumn<byte> _flags = new("flags", "SimpleAggregateFunction(groupBitOr, UInt8)");
    private readonly SeenColumns _seen = new();

    internal MappingRows()
        : base("mapping") =>
        Use([_tenant, _mapping, _buildId, _file, _flags, _seen.First, _seen.Last]);

    /// <summary>Appends a row.</summary>
    public void Append(in MappingRow row)
    {
        _tenant.Append(row.Tenant);
        _mapping.Append(row.Mapping);
        _buildId.Append(row.BuildId);
        _file.Append(row.File);
        _flags.Append((byte)row.Flags);
        _seen.Append(row.SeenSeconds);
    }
}
