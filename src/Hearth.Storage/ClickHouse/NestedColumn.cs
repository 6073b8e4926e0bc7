using Hearth.Profiles.Model;

namespace Hearth.Storage.ClickHouse;

/// <summary>
/// A column of arrays whose elements are columns themselves: <c>Array(String)</c>, <c>Array(LowCardinality(String))</c> and, with
/// two parts, <c>Map(K, V)</c>. Append the elements to the parts, then close the row with <see cref="EndRow"/>.
/// Rows are always written in the order they were appended.
/// </summary>
public sealed class NestedColumn(string name, string type, params NativeColumnBuilder[] parts) : NativeColumnBuilder(name, type)
{
    private readonly Column<ulong> _ends = new(16);

    /// <inheritdoc/>
    public override int Rows => _ends.Count;

    /// <summary>Closes a row: it has the elements appended to the parts since the last one.</summary>
    public void EndRow() => _ends.Add((ulong)parts[0].Rows);

    /// <inheritdoc/>
    public override void Clear()
    {
        _ends.Clear();
        foreach (NativeColumnBuilder part in parts)
        {
            part.Clear();
        }
    }

    /// <inheritdoc/>
    public override void Truncate(int rows)
    {
        _ends.Truncate(rows);
        int elements = _ends.Count == 0 ? 0 : (int)_ends[_ends.Count - 1];
        foreach (NativeColumnBuilder part in parts)
        {
            part.Truncate(elements);
        }
    }

    internal override void WritePrefix(NativeBlockWriter writer)
    {
        foreach (NativeColumnBuilder part in parts)
        {
            part.WritePrefix(writer);
        }
    }

    internal override void WriteData(NativeBlockWriter writer, ReadOnlySpan<int> order)
    {
        if (!order.IsEmpty)
        {
            throw new NotSupportedException($"Column {Name} cannot be written in another order.");
        }

        writer.Values<ulong>(_ends.Span);
        foreach (NativeColumnBuilder part in parts)
        {
            part.WriteData(writer, order);
        }
    }
}
