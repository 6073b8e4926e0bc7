using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Hearth.Storage.ClickHouse;

/// <summary>
/// A column of a block that was read: a view over the block's memory, valid as long as the block. Asking for rows outside
/// [0, <see cref="Rows"/>) throws; asking for a kind it is not throws <see cref="InvalidOperationException"/>.
/// </summary>
public sealed class NativeColumn
{
    private readonly ReadOnlyMemory<byte> _data;
    private readonly int[] _starts;
    private readonly int[] _lengths;
    private readonly NativeColumn[] _items;

    internal NativeColumn(NativeType type, int rows, ReadOnlyMemory<byte> data, params NativeColumn[] items)
        : this(type, rows, data, [], [], items)
    {
    }

    internal NativeColumn(NativeType type, int rows, ReadOnlyMemory<byte> data, int[] starts, int[] lengths, NativeColumn[] items)
    {
        Type = type;
        Rows = rows;
        _data = data;
        _starts = starts;
        _lengths = lengths;
        _items = items;
    }

    /// <summary>Column name; empty for inner columns.</summary>
    public string Name { get; internal set; } = "";

    /// <summary>Its type.</summary>
    public NativeType Type { get; }

    /// <summary>Rows it has.</summary>
    public int Rows { get; }

    /// <summary>Elements of an array column, of all rows one after the other; for a Map a tuple of keys and values.</summary>
    public NativeColumn Elements => Type.Kind == NativeKind.Array ? _items[0] : throw Not("an array");

    /// <summary>The column inside Nullable, with placeholders where it is null.</summary>
    public NativeColumn Inner => Type.Kind == NativeKind.Nullable ? _items[0] : throw Not("nullable");

    /// <summary>Keys of a LowCardinality column.</summary>
    public NativeColumn Keys => Type.Kind == NativeKind.LowCardinality ? _items[0] : throw Not("of low cardinality");

    /// <summary>Values of a fixed-width column in place. <typeparamref name="T"/> must have the type's width.</summary>
    public ReadOnlySpan<T> Values<T>()
        where T : unmanaged
    {
        NativeColumn column = Type.Kind == NativeKind.Nullable ? _items[0] : this;
        if (column.Type.Kind != NativeKind.Fixed || column.Type.Width != System.Runtime.CompilerServices.Unsafe.SizeOf<T>())
        {
            throw Not($"of {System.Runtime.CompilerServices.Unsafe.SizeOf<T>()}-byte values");
        }

        return MemoryMarshal.Cast<byte, T>(column._data.Span);
    }

    /// <summary>A part of a tuple column.</summary>
    public NativeColumn Item(int index) => Type.Kind == NativeKind.Tuple ? _items[index] : throw Not("a tuple");

    /// <summary>A part of a tuple column by name.</summary>
    public NativeColumn Item(string name)
    {
        for (int i = 0; i < Type.ItemNames.Count; i++)
        {
            if (Type.Kind == NativeKind.Tuple && Type.ItemNames[i] == name)
            {
                return _items[i];
            }
        }

        throw Not($"a tuple with a part {name}");
    }

    /// <summary>Which elements are a row's: the first and how many.</summary>
    public (int Start, int Count) Range(int row)
    {
        if (Type.Kind != NativeKind.Array)
        {
            throw Not("an array");
        }

        ReadOnlySpan<ulong> ends = MemoryMarshal.Cast<byte, ulong>(_data.Span);
        int start = row == 0 ? 0 : (int)ends[row - 1];
        return (start, (int)ends[row] - start);
    }

    /// <summary>Whether a row is null.</summary>
    public bool IsNull(int row) => Type.Kind switch
    {
        NativeKind.Nullable => _data.Span[row] != 0,
        NativeKind.LowCardinality => Type.Items[0].Kind == NativeKind.Nullable && KeyOf(row) == 0,
        _ => false,
    };

    /// <summary>Key index of a row of a LowCardinality column.</summary>
    public int KeyOf(int row)
    {
        if (Type.Kind != NativeKind.LowCardinality)
        {
            throw Not("of low cardinality");
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows);
        ReadOnlySpan<byte> indexes = _data.Span;
        return (indexes.Length / Rows) switch
        {
            1 => indexes[row],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(indexes[(row * 2)..]),
            4 => (int)BinaryPrimitives.ReadUInt32LittleEndian(indexes[(row * 4)..]),
            _ => (int)BinaryPrimitives.ReadUInt64LittleEndian(indexes[(row * 8)..]),
        };
    }

    /// <summary>The bytes of a row of strings or fixed-width values, in place; empty for null.</summary>
    public ReadOnlySpan<byte> Bytes(int row)
    {
        switch (Type.Kind)
        {
            case NativeKind.String:
                ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows);
                return _data.Span.Slice(_starts[row], _lengths[row]);
            case NativeKind.Fixed:
                return _data.Span.Slice(row * Type.Width, Type.Width);
            case NativeKind.LowCardinality:
                return IsNull(row) ? default : _items[0].Bytes(KeyOf(row));
            case NativeKind.Nullable:
                return IsNull(row) ? default : _items[0].Bytes(row);
            default:
                throw Not("of strings");
        }
    }

    /// <summary>A row of strings as text; bytes that are not UTF-8 become U+FFFD.</summary>
    public string Text(int row) => Encoding.UTF8.GetString(Bytes(row));

    private InvalidOperationException Not(string what) => new($"Column {Name} is not {what}.");
}
