using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hearth.Storage.ClickHouse;

/// <summary>
/// Writes blocks of ClickHouse's Native format (protocol revision 0, as over HTTP: no block info, every column in its full
/// form) into one growing buffer that <see cref="Clear"/> keeps.
/// Layout: varint columns, varint rows, then per column its name, its type and its data; strings carry a varint length.
/// </summary>
public sealed class NativeBlockWriter
{
    private byte[] _buffer;
    private int _length;

    /// <summary>Starts with room for <paramref name="capacity"/> bytes.</summary>
    public NativeBlockWriter(int capacity = 4096) => _buffer = new byte[Math.Max(capacity, 64)];

    /// <summary>Bytes written so far.</summary>
    public int Length => _length;

    /// <summary>What was written so far; valid until the next write.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, _length);

    /// <summary>Forgets what was written and keeps the buffer.</summary>
    public void Clear() => _length = 0;

    /// <summary>Writes a block from its columns, which must all have the same number of rows. Nothing when there are no rows.</summary>
    /// <param name="columns">The columns, in order.</param>
    /// <param name="order">Row numbers in the order to write them, or empty for the order they were appended in.</param>
    public void WriteBlock(ReadOnlySpan<NativeColumnBuilder> columns, ReadOnlySpan<int> order = default)
    {
        if (columns.Length == 0 || columns[0].Rows == 0)
        {
            return;
        }

        int rows = columns[0].Rows;
        Varint((ulong)columns.Length);
        Varint((ulong)rows);
        foreach (NativeColumnBuilder column in columns)
        {
            if (column.Rows != rows)
            {
                throw new InvalidOperationException($"Column {column.Name} has {column.Rows} rows where the block has {rows}.");
            }

            Text(column.NameUtf8);
            Text(column.TypeUtf8);
            column.WritePrefix(this);
            column.WriteData(this, order);
        }
    }

    /// <summary>Writes raw values in little-endian order.</summary>
    public void Values<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        bytes.CopyTo(Extend(bytes.Length));
    }

    /// <summary>Reserves room for <paramref name="count"/> values and returns it for writing; valid until the next write.</summary>
    public Span<T> Reserve<T>(int count)
        where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(Extend(checked(count * Unsafe.SizeOf<T>())));

    /// <summary>Writes one UInt64.</summary>
    public void UInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Extend(sizeof(ulong)), value);

    /// <summary>Writes a string: varint length and bytes.</summary>
    public void Text(ReadOnlySpan<byte> value)
    {
        Varint((ulong)value.Length);
        value.CopyTo(Extend(value.Length));
    }

    /// <summary>Writes an unsigned LEB128 number.</summary>
    public void Varint(ulong value)
    {
        Span<byte> room = Extend(10);
        int size = 0;
        while (value >= 0x80)
        {
            room[size++] = (byte)(value | 0x80);
            value >>= 7;
        }

        room[size++] = (byte)value;
        _length -= 10 - size;
    }

    private Span<byte> Extend(int count)
    {
        int at = _length;
        if (_buffer.Length - at < count)
        {
            Grow(checked(at + count));
        }

        _length = at + count;
        return _buffer.AsSpan(at, count);
    }

    private void Grow(int wanted)
    {
        long doubled = (long)BitOperations.RoundUpToPowerOf2((uint)wanted);
        Array.Resize(ref _buffer, (int)Math.Min(doubled, Array.MaxLength));
    }
}
