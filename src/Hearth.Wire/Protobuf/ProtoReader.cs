using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Hearth.Wire.Protobuf;

/// <summary>
/// Reads protobuf from a span without allocating. Every read is bounds-checked; no read throws.
/// A failure is kept in <see cref="Error"/>, ends <see cref="ReadTag"/> and makes later reads return defaults,
/// so a decoder checks once, at the end of a message.
/// </summary>
public ref struct ProtoReader
{
    /// <summary>Deepest nesting of messages and groups that is followed.</summary>
    public const int DepthMax = 100;

    private readonly ReadOnlySpan<byte> _data;
    private readonly int _depth;
    private int _position;
    private int _field;

    /// <summary>Reads <paramref name="data"/> as the fields of one message.</summary>
    public ProtoReader(ReadOnlySpan<byte> data)
        : this(data, 0, 0)
    {
    }

    private ProtoReader(ReadOnlySpan<byte> data, int origin, int depth)
    {
        _data = data;
        Origin = origin;
        _depth = depth;
    }

    /// <summary>The first failure, or <see cref="ProtoError.None"/>.</summary>
    public ProtoError Error { get; private set; }

    /// <summary>True once a read failed.</summary>
    public readonly bool Failed => Error != ProtoError.None;

    /// <summary>Where this message starts in the outermost one, in bytes.</summary>
    public int Origin { get; }

    /// <summary>Offset of the next byte in the outermost message: for diagnostics and for slices kept by reference.</summary>
    public readonly int Offset => Origin + _position;

    /// <summary>True when every byte was read.</summary>
    public readonly bool AtEnd => _position >= _data.Length;

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _data.Length - _position;

    /// <summary>Reads the next field's tag. False at the end of the message or after a failure.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool ReadTag(out int field, out WireType type)
    {
        if (_position >= _data.Length || Error != ProtoError.None)
        {
            field = 0;
            type = WireType.Varint;
            return false;
        }

        ulong tag = ReadVarint();
        field = (int)(tag >> 3) & 0x1FFF_FFFF;
        type = (WireType)(tag & 7);
        if (tag - 8 > (0xFFFF_FFFFUL - 8) || (tag & 7) > 5)
        {
            Fail(ProtoError.BadTag);
        }

        _field = field;
        return Error == ProtoError.None;
    }

    /// <summary>Reads an unsigned base-128 integer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong ReadVarint()
    {
        int position = _position;
        if ((uint)position < (uint)_data.Length)
        {
            byte first = _data[position];
            if (first < 0x80)
            {
                _position = position + 1;
                return first;
            }
        }

        return ReadLongVarint();
    }

    /// <summary>Reads an int64 (two's complement varint).</summary>
    public long ReadInt64() => (long)ReadVarint();

    /// <summary>Reads an int32 (the low 32 bits of a varint, as protobuf says).</summary>
    public int ReadInt32() => (int)ReadVarint();

    /// <summary>Reads a bool: any varint but zero is true.</summary>
    public bool ReadBool() => ReadVarint() != 0;

    /// <summary>Reads a zig-zag encoded sint64.</summary>
    public long ReadSInt64()
    {
        ulong raw = ReadVarint();
        return (long)(raw >> 1) ^ -(long)(raw & 1);
    }

    /// <summary>Reads eight little-endian bytes.</summary>
    public ulong ReadFixed64()
    {
        if (Remaining < 8)
        {
            Fail(ProtoError.Truncated);
            return 0;
        }

        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(_data.Slice(_position, 8));
        _position += 8;
        return value;
    }

    /// <summary>Reads four little-endian bytes.</summary>
    public uint ReadFixed32()
    {
        if (Remaining < 4)
        {
            Fail(ProtoError.Truncated);
            return 0;
        }

        uint value = BinaryPrimitives.ReadUInt32LittleEndian(_data.Slice(_position, 4));
        _position += 4;
        return value;
    }

    /// <summary>Reads a double.</summary>
    public double ReadDouble() => BitConverter.UInt64BitsToDouble(ReadFixed64());

    /// <summary>Reads a length-delimited value in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> ReadBytes()
    {
        ulong length = ReadVarint();
        int position = _position;
        if (length > (ulong)(_data.Length - position))
        {
            Fail(ProtoError.Truncated);
            return default;
        }

        _position = position + (int)length;
        return _data.Slice(position, (int)length);
    }

    /// <summary>Reads a length-delimited value as a message of its own.</summary>
    public ProtoReader ReadMessage()
    {
        ReadOnlySpan<byte> body = ReadBytes();
        if (_depth + 1 > DepthMax)
        {
            Fail(ProtoError.TooDeep);
            return default;
        }

        return new ProtoReader(body, Origin + _position - body.Length, _depth + 1);
    }

    /// <summary>Takes over the failure of a nested reader, so that the outer message fails too.</summary>
    public void Absorb(in ProtoReader nested)
    {
        if (nested.Error != ProtoError.None)
        {
            Fail(nested.Error);
        }
    }

    /// <summary>True if the field has the wire type it should have; otherwise fails.</summary>
    public bool Expect(WireType actual, WireType wanted)
    {
        if (actual == wanted)
        {
            return true;
        }

        Fail(ProtoError.WrongWireType);
        return false;
    }

    /// <summary>Skips the value of the tag that was read last, groups with all they hold.</summary>
    public void Skip(WireType type) => Skip(_field, type);

    private void Skip(int field, WireType type)
    {
        switch (type)
        {
            case WireType.Varint:
                ReadVarint();
                break;
            case WireType.Fixed64:
                ReadFixed64();
                break;
            case WireType.LengthDelimited:
                ReadBytes();
                break;
            case WireType.Fixed32:
                ReadFixed32();
                break;
            case WireType.StartGroup:
                SkipGroup(field);
                break;
            default:
                Fail(ProtoError.BadTag);
                break;
        }
    }

    /// <summary>Marks the message as failed; the first failure sticks.</summary>
    public void Fail(ProtoError error)
    {
        if (Error == ProtoError.None)
        {
            Error = error;
        }

        _position = _data.Length;
    }

    private void SkipGroup(int field)
    {
        // The fields of the groups that are open: each has to be closed by an end of its own number.
        Span<int> open = stackalloc int[DepthMax];
        int depth = 0;
        int deepest = DepthMax - _depth;
        if (depth < deepest)
        {
            open[depth++] = field;
        }
        else
        {
            Fail(ProtoError.TooDeep);
        }

        while (depth > 0 && ReadTag(out int inner, out WireType type))
        {
            if (type == WireType.EndGroup)
            {
                if (open[--depth] != inner)
                {
                    Fail(ProtoError.BadTag);
                }
            }
            else if (type != WireType.StartGroup)
            {
                Skip(inner, type);
            }
            else if (depth < deepest)
            {
                open[depth++] = inner;
            }
            else
            {
                Fail(ProtoError.TooDeep);
            }
        }

        if (depth > 0)
        {
            Fail(ProtoError.Truncated);
        }
    }

    private ulong ReadLongVarint()
    {
        ulong value = 0;
        int position = _position;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if ((uint)position >= (uint)_data.Length)
            {
                Fail(ProtoError.Truncated);
                return 0;
            }

            byte b = _data[position++];
            if (shift == 63 && b > 1)
            {
                break;
            }

            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                _position = position;
                return value;
            }
        }

        Fail(ProtoError.VarintTooLong);
        return 0;
    }
}
