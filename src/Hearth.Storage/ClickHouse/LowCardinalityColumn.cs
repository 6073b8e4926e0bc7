using Hearth.Profiles.Model;

namespace Hearth.Storage.ClickHouse;

/// <summary>
/// A column of few distinct strings: keys once, an index per row. A caller that appends many rows with one value looks the
/// key up once (<see cref="Key"/>) and appends numbers.
/// Layout: UInt64 version 1 before the column, then UInt64 flags (index width 0..3, 0x200 keys follow, 0x400 they replace older
/// ones), UInt64 keys, the keys, UInt64 rows, the indexes.
/// </summary>
public sealed class LowCardinalityColumn(string name, string type = "LowCardinality(String)") : NativeColumnBuilder(name, type)
{
    private const ulong Version = 1;
    private const ulong OwnKeys = 0x600;

    private readonly StringTable _keys = new();
    private readonly Column<int> _rows = new(64);

    /// <inheritdoc/>
    public override int Rows => _rows.Count;

    /// <summary>The key index of each row, in place.</summary>
    public ReadOnlySpan<int> Indexes => _rows.Span;

    /// <summary>The index of a key, added when it is new. Valid until <see cref="Clear"/>.</summary>
    public int Key(ReadOnlySpan<byte> value) => _keys.Intern(value);

    /// <summary>The bytes of a key.</summary>
    public ReadOnlySpan<byte> KeyBytes(int key) => _keys[key];

    /// <summary>Keys held, the empty string included.</summary>
    public int KeyCount => _keys.Count;

    /// <summary>Appends a row with a key from <see cref="Key"/>.</summary>
    public void Append(int key) => _rows.Add(key);

    /// <summary>Appends a key from <see cref="Key"/> <paramref name="count"/> times.</summary>
    public void Fill(int key, int count)
    {
        if (count == 1)
        {
            _rows.Add(key);
        }
        else
        {
            _rows.Extend(count).Fill(key);
        }
    }

    /// <summary>Appends a row.</summary>
    public void Append(ReadOnlySpan<byte> value)
    {
        // Neighbours are mostly equal: one comparison instead of a hash.
        int count = _rows.Count;
        int key = count > 0 && _keys[_rows[count - 1]].SequenceEqual(value) ? _rows[count - 1] : Key(value);
        _rows.Add(key);
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        _rows.Clear();
        _keys.Clear();
    }

    /// <inheritdoc/>
    public override void Truncate(int rows) => _rows.Truncate(rows);

    internal override void WritePrefix(NativeBlockWriter writer) => writer.UInt64(Version);

    internal override void WriteData(NativeBlockWriter writer, ReadOnlySpan<int> order)
    {
        if (_rows.Count == 0)
        {
            return;
        }

        int width = _keys.Count <= byte.MaxValue + 1 ? 0 : _keys.Count <= ushort.MaxValue + 1 ? 1 : 2;
        writer.UInt64(OwnKeys | (ulong)width);
        writer.UInt64((ulong)_keys.Count);
        for (int i = 0; i < _keys.Count; i++)
        {
            writer.Text(_keys[i]);
        }

        writer.UInt64((ulong)_rows.Count);
        WriteIndexes(writer, order, width);
    }

    private void WriteIndexes(NativeBlockWriter writer, ReadOnlySpan<int> order, int width)
    {
        ReadOnlySpan<int> rows = _rows.Span;
        switch (width)
        {
            case 0:
                Span<byte> bytes = writer.Reserve<byte>(rows.Length);
                for (int i = 0; i < bytes.Length; i++)
                {
                    bytes[i] = (byte)rows[order.IsEmpty ? i : order[i]];
                }

                break;
            case 1:
                Span<ushort> words = writer.Reserve<ushort>(rows.Length);
                for (int i = 0; i < words.Length; i++)
                {
                    words[i] = (ushort)rows[order.IsEmpty ? i : order[i]];
                }

                break;
            default:
                Span<int> wide = writer.Reserve<int>(rows.Length);
                for (int i = 0; i < wide.Length; i++)
                {
                    wide[i] = rows[order.IsEmpty ? i : order[i]];
                }

                break;
        }
    }
}
