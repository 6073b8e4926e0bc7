using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Hearth.Storage.ClickHouse;

/// <summary>How an attempt to read a block ended.</summary>
public enum NativeReadStatus
{
    /// <summary>A block was read.</summary>
    Complete,

    /// <summary>The bytes end inside the block.</summary>
    More,

    /// <summary>The bytes are no block, or one with a type that is not read here.</summary>
    Malformed,
}

/// <summary>
/// Reads blocks of the Native format (protocol revision 0) out of contiguous memory, in place: only strings cost two numbers per
/// row. Nothing is allocated from a count before the bytes it speaks of are there; bad bytes give
/// <see cref="NativeReadStatus.Malformed"/>, never an exception.
/// </summary>
public ref struct NativeBlockReader
{
    private const int ColumnsMax = 4096;
    private const int NameLengthMax = 1 << 16;

    private readonly ReadOnlyMemory<byte> _memory;
    private readonly ReadOnlySpan<byte> _bytes;
    private int _position;
    private NativeReadStatus _status;

    private NativeBlockReader(ReadOnlyMemory<byte> memory)
    {
        _memory = memory;
        _bytes = memory.Span;
    }

    /// <summary>Reads the block that <paramref name="memory"/> starts with.</summary>
    /// <param name="memory">Bytes; more than one block may follow.</param>
    /// <param name="block">The block; empty unless complete.</param>
    /// <param name="consumed">Bytes the block takes.</param>
    public static NativeReadStatus TryRead(ReadOnlyMemory<byte> memory, out NativeBlock block, out int consumed)
    {
        NativeBlockReader reader = new(memory);
        block = reader.Read();
        consumed = reader._position;
        return reader._status;
    }

    private NativeBlock Read()
    {
        NativeBlock none = new(0, []);
        int columns = Count(ColumnsMax);
        int rows = Count(int.MaxValue);
        if (_status != NativeReadStatus.Complete)
        {
            return none;
        }

        List<NativeColumn> read = [];
        for (int i = 0; i < columns; i++)
        {
            string name = Text();
            string text = Text();
            if (_status != NativeReadStatus.Complete)
            {
                return none;
            }

            NativeType? type = NativeType.Parse(text);
            NativeColumn? column = type is null ? Bad() : ReadColumn(type, rows);
            if (column is null)
            {
                return none;
            }

            column.Name = name;
            read.Add(column);
        }

        return new NativeBlock(rows, [.. read]);
    }

    private NativeColumn? ReadColumn(NativeType type, int rows)
    {
        if (rows > 0 && !Prefix(type))
        {
            return null;
        }

        return Data(type, rows);
    }

    // What LowCardinality columns anywhere inside write before the whole column: their version.
    private bool Prefix(NativeType type)
    {
        if (type.Kind == NativeKind.LowCardinality)
        {
            ReadOnlyMemory<byte> version = Take(sizeof(ulong));
            if (_status == NativeReadStatus.Complete && BinaryPrimitives.ReadUInt64LittleEndian(version.Span) != 1)
            {
                Bad();
            }

            return _status == NativeReadStatus.Complete;
        }

        foreach (NativeType item in type.Items)
        {
            if (!Prefix(item))
            {
                return false;
            }
        }

        return true;
    }

    private NativeColumn? Data(NativeType type, int rows)
    {
        switch (type.Kind)
        {
            case NativeKind.Fixed:
                ReadOnlyMemory<byte> values = Take((long)rows * type.Width);
                return _status == NativeReadStatus.Complete ? new(type, rows, values) : null;
            case NativeKind.String:
                return Strings(type, rows);
            case NativeKind.Nullable:
                ReadOnlyMemory<byte> nulls = Take(rows);
                NativeColumn? inner = _status == NativeReadStatus.Complete ? Data(type.Items[0], rows) : null;
                return inner is null ? null : new(type, rows, nulls, inner);
            case NativeKind.LowCardinality:
                return LowCardinality(type, rows);
            case NativeKind.Array:
                return Array(type, rows);
            default:
                return Tuple(type, rows);
        }
    }

    private NativeColumn? Strings(NativeType type, int rows)
    {
        // Each string takes a byte at least: no allocation that the bytes do not warrant.
        if (rows > _bytes.Length - _position)
        {
            return More();
        }

        int[] starts = new int[rows];
        int[] lengths = new int[rows];
        for (int i = 0; i < rows; i++)
        {
            int length = Count(int.MaxValue);
            if (_status == NativeReadStatus.Complete && length > _bytes.Length - _position)
            {
                More();
            }

            if (_status != NativeReadStatus.Complete)
            {
                return null;
            }

            starts[i] = _position;
            lengths[i] = length;
            _position += length;
        }

        return new(type, rows, _memory, starts, lengths, []);
    }

    private NativeColumn? LowCardinality(NativeType type, int rows)
    {
        NativeType keyType = type.Items[0].Kind == NativeKind.Nullable ? type.Items[0].Items[0] : type.Items[0];
        if (rows == 0)
        {
            return new(type, 0, default, new NativeColumn(keyType, 0, default));
        }

        ReadOnlyMemory<byte> head = Take(16);
        if (_status != NativeReadStatus.Complete)
        {
            return null;
        }

        ulong flags = BinaryPrimitives.ReadUInt64LittleEndian(head.Span);
        ulong keys = BinaryPrimitives.ReadUInt64LittleEndian(head.Span[8..]);
        int width = 1 << (int)(flags & 0xff);
        if ((flags & 0xff) > 3 || (flags & 0x200) == 0 || keys > int.MaxValue)
        {
            return Bad();
        }

        NativeColumn? keyColumn = Data(keyType, (int)keys);
        ReadOnlyMemory<byte> count = keyColumn is null ? default : Take(sizeof(ulong));
        if (keyColumn is null || _status != NativeReadStatus.Complete)
        {
            return null;
        }

        if (BinaryPrimitives.ReadUInt64LittleEndian(count.Span) != (ulong)rows)
        {
            return Bad();
        }

        ReadOnlyMemory<byte> indexes = Take((long)rows * width);
        if (_status != NativeReadStatus.Complete)
        {
            return null;
        }

        return IndexesBelow(indexes.Span, width, keys) ? new(type, rows, indexes, keyColumn) : Bad();
    }

    private static bool IndexesBelow(ReadOnlySpan<byte> indexes, int width, ulong keys)
    {
        for (int i = 0; i < indexes.Length; i += width)
        {
            ulong index = width switch
            {
                1 => indexes[i],
                2 => BinaryPrimitives.ReadUInt16LittleEndian(indexes[i..]),
                4 => BinaryPrimitives.ReadUInt32LittleEndian(indexes[i..]),
                _ => BinaryPrimitives.ReadUInt64LittleEndian(indexes[i..]),
            };
            if (index >= keys)
            {
                return false;
            }
        }

        return true;
    }

    private NativeColumn? Array(NativeType type, int rows)
    {
        ReadOnlyMemory<byte> offsets = Take((long)rows * sizeof(ulong));
        if (_status != NativeReadStatus.Complete)
        {
            return null;
        }

        ulong last = 0;
        foreach (ulong end in MemoryMarshal.Cast<byte, ulong>(offsets.Span))
        {
            if (end < last || end > int.MaxValue)
            {
                return Bad();
            }

            last = end;
        }

        NativeColumn? elements = Data(type.Items[0], (int)last);
        return elements is null ? null : new(type, rows, offsets, elements);
    }

    private NativeColumn? Tuple(NativeType type, int rows)
    {
        NativeColumn[] items = new NativeColumn[type.Items.Count];
        for (int i = 0; i < items.Length; i++)
        {
            NativeColumn? item = Data(type.Items[i], rows);
            if (item is null)
            {
                return null;
            }

            items[i] = item;
        }

        return new(type, rows, default, items);
    }

    private ReadOnlyMemory<byte> Take(long count)
    {
        if (count > _bytes.Length - _position)
        {
            More();
            return default;
        }

        ReadOnlyMemory<byte> taken = _memory.Slice(_position, (int)count);
        _position += (int)count;
        return taken;
    }

    private string Text()
    {
        int length = Count(NameLengthMax);
        return _status == NativeReadStatus.Complete ? Encoding.UTF8.GetString(Take(length).Span) : "";
    }

    private int Count(int max)
    {
        ulong value = 0;
        for (int shift = 0; shift < 35 && _status == NativeReadStatus.Complete; shift += 7)
        {
            if (_position >= _bytes.Length)
            {
                More();
                return 0;
            }

            byte part = _bytes[_position++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                if (value > (ulong)max)
                {
                    Bad();
                    return 0;
                }

                return (int)value;
            }
        }

        Bad();
        return 0;
    }

    private NativeColumn? More()
    {
        _status = _status == NativeReadStatus.Complete ? NativeReadStatus.More : _status;
        return null;
    }

    private NativeColumn? Bad()
    {
        _status = _status == NativeReadStatus.Complete ? NativeReadStatus.Malformed : _status;
        return null;
    }
}
