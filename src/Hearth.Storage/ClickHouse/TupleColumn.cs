namespace Hearth.Storage.ClickHouse;

/// <summary>A column of tuples: its parts one after the other. Append one row to each part.</summary>
public sealed class TupleColumn(string name, string type, params NativeColumnBuilder[] parts) : NativeColumnBuilder(name, type)
{
    /// <inheritdoc/>
    public override int Rows => parts[0].Rows;

    /// <inheritdoc/>
    public override void Clear()
    {
        foreach (NativeColumnBuilder part in parts)
        {
            part.Clear();
        }
    }

    /// <inheritdoc/>
    public override void Truncate(int rows)
    {
        foreach (NativeColumnBuilder part in parts)
        {
            part.Truncate(rows);
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
        foreach (NativeColumnBuilder part in parts)
        {
            part.WriteData(writer, order);
        }
    }
}
