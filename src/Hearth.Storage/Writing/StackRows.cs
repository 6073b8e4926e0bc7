using Hearth.Storage.ClickHouse;

namespace Hearth.Storage.Writing;

/// <summary>Rows of <c>stack</c>.</summary>
public sealed class StackRows : TableRows
{
    private readonly LowCardinalityColumn _tenant = new("tenant");
    private readonly LowCardinalityColumn _service = new("service");
    private readonly ValueColumn<ulong> _stack = new("stack", "UInt64");
    private readonly ValueColumn<UInt128> _hash = new("hash", "UInt128");
    private readonly ArrayColumn<ulong> _frames = new("frames", "Array(UInt64)");
    private readonly SeenColumns _seen = new();

    internal StackRows()
        : base("stack") =>
        Use([_tenant, _service, _stack, _hash, _frames, _seen.First, _seen.Last]);

    /// <summary>Appends a row.</summary>
    public void Append(in StackRow row)
    {
        _tenant.Append(row.Tenant);
        _service.Append(row.Service);
        _stack.Append((ulong)row.Hash);
        _hash.Append(row.Hash);
        _frames.Append(row.Frames);
        _seen.Append(row.SeenSeconds);
    }
}
