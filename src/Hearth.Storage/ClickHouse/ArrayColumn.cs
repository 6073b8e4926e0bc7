using Hearth.Profiles.Model;

namespace Hearth.Storage.ClickHouse;

/// <summary>A column of arrays of fixed-width values. Layout: one UInt64 end offset per row, then the elements.</summary>
/// <typeparam name="T">The element as it lies in the block, little-endian.</typeparam>
public sealed class ArrayColumn<T>(string name, string type) : NativeColumnBuilder(name, type)
    where T : unmanaged
{
    private readonly Column<T> _values = new(64);
    private readonly Column<ulong> _ends = new(64);

    /// <inheritdoc/>
    public override int Rows => _ends.Count;

    /// <summary>Appends a row.</summary>
    public void Append(ReadOnlySpan<T> row)
    {
        _values.AddRange(row);
        _ends.Add((ulong)_values.Count);
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        _values.Clear();
        _ends.Clear();
    }

    /// <inheritdoc/>
    public override void Truncate(int rows)
    {
        _ends.Truncate(rows);
        _values.Truncate(_ends.Count == 0 ? 0 : (int)_ends[_ends.Count - 1]);
    }

    internal override void WriteData(NativeBlockWriter writer, ReadOnlySpan<int> order)
    {
        if (order.IsEmpty)
        {
            writer.Values<ulong>(_ends.Span);
            writer.Values<T>(_values.Span);
            return;
        }

        ulong end = 0;
        foreach (int row in order)
        {
            end += (ulong)RowOf(row).Length;
            writer.UInt64(end);
        }

        foreach (int row in order)
        {
            writer.Values<T>(RowOf(row));
        }
    }

    private Span<T> RowOf(int row)
    {
        int start = row == 0 ? 0 : (int)_ends[row - 1];
        return _values.Slice(start, (int)_ends[row] - start);
    }
}
