using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Hearth.Wire.Protobuf;

/// <summary>
/// Writes protobuf into one growing buffer that <see cref="Reset"/> keeps for the next message.
/// Scalars with their default value are left out, as proto3 does; the Always variants write them.
/// </summary>
public sealed class ProtoWriter
{
    private byte[] _buffer;
    private int _length;

    /// <summary>Starts with room for <paramref name="capacity"/> bytes.</summary>
    public ProtoWriter(int capacity = 1024) => _buffer = new byte[Math.Max(capacity, 64)];

    /// <summary>Bytes written so far.</summary>
    public int Length => _length;

    /// <summary>What was written so far; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>What was written so far; valid until the next write.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, _length);

    /// <summary>Forgets what was written and keeps the buffer.</summary>
    public void Reset() => _length = 0;

    /// <summary>Writes an int64 or int32 field, unless it is 0.</summary>
    public void Int64(int field, long value)
    {
        if (value != 0)
        {
            Tag(field, WireType.Varint);
            Varint((ulong)value);
        }
    }

    /// <summary>Writes a uint64 or uint32 field, unless it is 0.</summary>
    public void UInt64(int field, ulong value)
    {
        if (value != 0)
        {
            Tag(field, WireType.Varint);
            Varint(value);
        }
    }

    /// <summary>Writes a varint field even when it is 0 (oneof members, explicit presence).</summary>
    public void VarintAlways(int field, ulong value)
    {
        Tag(field, WireType.Varint);
        Varint(value);
    }

    /// <summary>Writes a bool field, unless it is false.</summary>
    public void Bool(int field, bool value)
    {
        if (value)
        {
            VarintAlways(field, 1);
        }
    }

    /// <summary>Writes a fixed64 field, unless it is 0.</summary>
    public void Fixed64(int field, ulong value)
    {
        if (value != 0)
        {
            Tag(field, WireType.Fixed64);
            RawFixed64(value);
        }
    }

    /// <summary>Writes a double field even when it is 0.</summary>
    public void DoubleAlways(int field, double value)
    {
        Tag(field, WireType.Fixed64);
        RawFixed64(BitConverter.DoubleToUInt64Bits(value));
    }

    /// <summary>Writes a bytes or string field, unless it is empty.</summary>
    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        if (value.Length > 0)
        {
            BytesAlways(field, value);
        }
    }

    /// <summary>Writes a bytes or string field even when it is empty (repeated elements, oneof members).</summary>
    public void BytesAlways(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, WireType.LengthDelimited);
        Varint((ulong)value.Length);
        value.CopyTo(Reserve(value.Length));
    }

    /// <summary>Writes a string field, unless it is empty.</summary>
    public void String(int field, string value)
    {
        if (value.Length > 0)
        {
            StringAlways(field, value);
        }
    }

    /// <summary>Writes a string field even when it is empty.</summary>
    public void StringAlways(int field, string value)
    {
        Tag(field, WireType.LengthDelimited);
        int size = Encoding.UTF8.GetByteCount(value);
        Varint((ulong)size);
        Encoding.UTF8.GetBytes(value, Reserve(size));
    }

    /// <summary>Writes a packed list of varints, unless it is empty.</summary>
    public void PackedInt32(int field, ReadOnlySpan<int> values)
    {
        if (values.Length > 0)
        {
            int mark = Begin(field);
            foreach (int value in values)
            {
                Varint((ulong)value);
            }

            End(mark);
        }
    }

    /// <summary>Writes a packed list of varints, unless it is empty.</summary>
    public void PackedInt64(int field, ReadOnlySpan<long> values)
    {
        if (values.Length > 0)
        {
            int mark = Begin(field);
            foreach (long value in values)
            {
                Varint((ulong)value);
            }

            End(mark);
        }
    }

    /// <summary>Writes a packed list of varints, unless it is empty.</summary>
    public void PackedUInt64(int field, ReadOnlySpan<ulong> values) => PackedInt64(field, MemoryMarshal.Cast<ulong, long>(values));

    /// <summary>Writes a packed list of eight-byte values, unless it is empty.</summary>
    public void PackedFixed64(int field, ReadOnlySpan<ulong> values)
    {
        if (values.Length > 0)
        {
            Tag(field, WireType.LengthDelimited);
            Varint((ulong)values.Length * 8);
            Span<byte> target = Reserve(checked(values.Length * 8));
            for (int i = 0; i < values.Length; i++)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(target[(8 * i)..], values[i]);
            }
        }
    }

    /// <summary>Opens a nested message; pass the result to <see cref="End"/>.</summary>
    public int Begin(int field)
    {
        Tag(field, WireType.LengthDelimited);
        Reserve(1);
        return _length;
    }

    /// <summary>Closes the nested message opened at <paramref name="mark"/>: its length is written in front of it.</summary>
    public void End(int mark)
    {
        int size = _length - mark;
        int prefix = SizeOfVarint((ulong)size);
        if (prefix > 1)
        {
            Reserve(prefix - 1);
            _buffer.AsSpan(mark, size).CopyTo(_buffer.AsSpan(mark + prefix - 1));
        }

        int at = mark - 1;
        uint rest = (uint)size;
        while (rest >= 0x80)
        {
            _buffer[at++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        _buffer[at] = (byte)rest;
    }

    /// <summary>Writes a tag alone; what follows is the caller's.</summary>
    public void Tag(int field, WireType type) => Varint(((ulong)field << 3) | (ulong)type);

    /// <summary>Writes a bare varint.</summary>
    public void Varint(ulong value)
    {
        if (_buffer.Length - _length < 10)
        {
            Grow(10);
        }

        byte[] buffer = _buffer;
        int at = _length;
        while (value >= 0x80)
        {
            buffer[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        buffer[at++] = (byte)value;
        _length = at;
    }

    /// <summary>Writes eight bare bytes, little endian.</summary>
    public void RawFixed64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Reserve(8), value);

    /// <summary>Writes bare bytes.</summary>
    public void Raw(ReadOnlySpan<byte> value) => value.CopyTo(Reserve(value.Length));

    /// <summary>Bytes a varint takes: 1 to 10.</summary>
    public static int SizeOfVarint(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    private Span<byte> Reserve(int size)
    {
        if (_buffer.Length - _length < size)
        {
            Grow(size);
        }

        int at = _length;
        _length += size;
        return _buffer.AsSpan(at, size);
    }

    private void Grow(int size)
    {
        int wanted = checked(_length + size);
        Array.Resize(ref _buffer, (int)Math.Min(Math.Max((long)_buffer.Length * 2, wanted), Array.MaxLength));
    }
}
