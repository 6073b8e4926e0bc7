using Hearth.Profiles.Model;

namespace Hearth.Storage.ClickHouse;

/// <summary>A column of strings: any bytes.</summary>
public sealed class TextColumn(string name, string type = "String") : NativeColumnBuilder(name, type)
{
    private readonly Column<byte> _bytes = new(256);
    private readonly Column<int> _ends = new(64);

    /// <inheritdoc/>
    public override int Rows => _ends.Count;

    /// <summary>Appends a row.</summary>
    public void Append(ReadOnlySpan<byte> value)
    {
        _bytes.AddRange(value);
        _ends.Add(_bytes.Count);
    }

    /// <summary>A row's bytes.</summary>
    public ReadOnlySpan<byte> this[int row]
    {
        get
        {
            int start = row == 0 ? 0 : _ends[row - 1];
            return _bytes.Slice(start, _ends[row] - start);
        }
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        _bytes.Clear();
        _ends.Clear();
    }

    /// <inheritdoc/>
    public override void Truncate(int rows)
    {
        _ends.Truncate(rows);
        _bytes.Truncate(_ends.Count == 0 ? 0 : _ends[_ends.Count - 1]);
    }

    internal override void WriteData(NativeBlockWriter writer, ReadOnlySpan<int> order)
    {
        for (int i = 0; i < Rows; i++)
        {
            writer.Text(this[order.IsEmpty ? i : order[i]]);
        }
    }
}
