using Hearth.Profiles.Model;

namespace Hearth.Storage.ClickHouse;

/// <summary>A column of fixed-width values: integers, dates, UInt128.</summary>
/// <typeparam name="T">The value as it lies in the block, little-endian.</typeparam>
public sealed class ValueColumn<T>(string name, string type) : NativeColumnBuilder(name, type)
    where T : unmanaged
{
    private readonly Column<T> _values = new(64);

    /// <inheritdoc/>
    public override int Rows => _values.Count;

    /// <summary>The values, in place.</summary>
    public Span<T> Span => _values.Span;

    /// <summary>Appends a row.</summary>
    public void Append(T value) => _values.Add(value);

    /// <summary>Appends the same value <paramref name="count"/> times.</summary>
    public void Fill(T value, int count)
    {
        if (count == 1)
        {
            _values.Add(value);
        }
        else
        {
            _values.Extend(count).Fill(value);
        }
    }

    /// <summary>Appends <paramref name="count"/> rows of undefined content and returns them for writing.</summary>
    public Span<T> Extend(int count) => _values.Extend(count);

    /// <inheritdoc/>
    public override void Clear() => _values.Clear();

    /// <inheritdoc/>
    public override void Truncate(int rows) => _values.Truncate(rows);

    internal override void WriteData(NativeBlockWriter writer, ReadOnlySpan<int> order)
    {
        if (order.IsEmpty)
        {
            writer.Values<T>(_values.Span);
            return;
        }

        ReadOnlySpan<T> values = _values.Span;
        Span<T> target = writer.Reserve<T>(order.Length);
        for (int i = 0; i < order.Length; i++)
        {
            target[i] = values[order[i]];
        }
    }
}
