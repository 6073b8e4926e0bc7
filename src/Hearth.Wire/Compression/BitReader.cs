using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Hearth.Wire.Compression;

/// <summary>
/// Least-significant-bit-first bits of a span (RFC 1951, 3.1.1). Past the end it supplies zeros and lets <see cref="Count"/> go below
/// zero, so that a decoder checks once per symbol instead of once per bit.
/// </summary>
internal ref struct BitReader(ReadOnlySpan<byte> data, int position)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private int _position = position;

    /// <summary>The next bits, the first one lowest. Those above <see cref="Count"/> mean nothing.</summary>
    public ulong Bits { get; private set; }

    /// <summary>How many bits are real; below zero once more were consumed than there are.</summary>
    public int Count { get; private set; }

    /// <summary>True when no byte is left to refill from.</summary>
    public readonly bool AtEnd => _position >= _data.Length;

    /// <summary>Makes at least 56 bits available, or all that are left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Refill()
    {
        if (_data.Length - _position >= 8)
        {
            Bits |= BinaryPrimitives.ReadUInt64LittleEndian(_data[_position..]) << Count;
            _position += (63 - Count) >> 3;
            Count |= 56;
        }
        else
        {
            RefillSlowly();
        }
    }

    /// <summary>Drops bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Drop(int bits)
    {
        Bits >>= bits;
        Count -= bits;
    }

    /// <summary>Takes up to 16 bits as a number; the caller has refilled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Take(int bits)
    {
        uint value = (uint)Bits & ((1u << bits) - 1);
        Drop(bits);
        return value;
    }

    /// <summary>Skips to the next byte, gives bytes not used back and returns where that byte is.</summary>
    public int AlignToByte()
    {
        _position -= Math.Max(Count, 0) >> 3;
        Bits = 0;
        Count = 0;
        return _position;
    }

    /// <summary>Goes on reading at a byte.</summary>
    public void MoveTo(int position)
    {
        _position = position;
        Bits = 0;
        Count = 0;
    }

    private void RefillSlowly()
    {
        while (Count is >= 0 and <= 55 && _position < _data.Length)
        {
            // Bits above Count may hold a byte that an earlier fast refill read ahead: the same byte, so OR is harmless.
            Bits |= (ulong)_data[_position++] << Count;
            Count += 8;
        }
    }
}
