using Hearth.Storage.ClickHouse;

namespace Hearth.Storage.Writing;

/// <summary>Rows of <c>frame</c>.</summary>
public sealed class FrameRows : TableRows
{
    private const string NamesType =
        "SimpleAggregateFunction(max, Tuple(version UInt32, functions Array(UInt64), lines Array(Int64), columns Array(Int64)))";

    private readonly LowCardinalityColumn _tenant = new("tenant");
    private readonly ValueColumn<ulong> _frame = new("frame", "UInt64");
    private readonly ValueColumn<ulong> _mapping = new("mapping", "UInt64");
    private readonly ValueColumn<ulong> _address = new("address", "UInt64");
    private readonly ValueColumn<byte> _folded = new("folded", "Bool");
    private readonly LowCardinalityColumn _kind = new("kind");
    private readonly ValueColumn<uint> _version = new("version", "UInt32");
    private readonly ArrayColumn<ulong> _functions = new("functions", "Array(UInt64)");
    private readonly ArrayColumn<long> _lines = new("lines", "Array(Int64)");
    private readonly ArrayColumn<long> _columns = new("columns", "Array(Int64)");
    private readonly SeenColumns _seen = new();

    internal FrameRows()
        : base("frame")
    {
        TupleColumn names = new("names", NamesType, _version, _functions, _lines, _columns);
        Use([_tenant, _frame, _mapping, _address, _folded, _kind, names, _seen.First, _seen.Last]);
    }

    /// <summary>
    /// Appends a row. Throws <see cref="ArgumentException"/> when lines or columns are neither empty nor as many as functions.
    /// </summary>
    public void Append(in FrameRow row)
    {
        int functions = row.Functions.Length;
        if ((row.Lines.Length != functions && row.Lines.Length != 0) || (row.Columns.Length != functions && row.Columns.Length != 0))
        {
            throw new ArgumentException("A frame has one line and one column per function, or none.", nameof(row));
        }

        _tenant.Append(row.Tenant);
        _frame.Append(row.Frame);
        _mapping.Append(row.Mapping);
        _address.Append(row.Address);
        _folded.Append(row.Folded ? (byte)1 : (byte)0);
        _kind.Append(row.Kind);
        _version.Append(row.NamesVersion);
        _functions.Append(row.Functions);
        _lines.Append(row.Lines);
        _columns.Append(row.Columns);
        _seen.Append(row.SeenSeconds);
    }
}
