using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hearth.Profiles.Formats;

/// <summary>
/// Reads the varints of a packed field. Up to eight bytes are taken at once and their groups of seven bits pushed together
/// without a branch per byte: the location ids of big profiles have mixed lengths, which a branch cannot predict.
/// </summary>
internal ref struct PackedVarints
{
    private readonly ReadOnlySpan<byte> _data;
    private int _at;

    public PackedVarints(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>True once a varint was cut off or too long.</summary>
    public bool Failed { get; private set; }

    /// <summary>Most varints that can follow.</summary>
    public readonly int CountMax => _data.Length - _at;

    /// <summary>Reads the next one. False at the end and after a failure.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Read(out ulong value)
    {
        int at = _at;
        ReadOnlySpan<byte> data = _data;
        if ((uint)at < (uint)data.Length)
        {
            byte first = data[at];
            if (first < 0x80)
            {
                _at = at + 1;
                value = first;
                return true;
            }

            return ReadLong(out value);
        }

        value = 0;
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool ReadLong(out ulong value)
    {
        if (_data.Length - _at >= 8)
        {
            ulong word = MemoryMarshal.Read<ulong>(_data[_at..]);
            word = BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
            ulong ends = ~word & 0x8080_8080_8080_8080;
            if (ends != 0)
            {
                _at += (BitOperations.TrailingZeroCount(ends) >> 3) + 1;
                value = Squeeze(word & (ends ^ (ends - 1)));
                return true;
            }
        }

        return ReadByteByByte(out value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Squeeze(ulong word)
    {
        word &= 0x7F7F_7F7F_7F7F_7F7F;
        word = (word & 0x007F_007F_007F_007F) | ((word & 0x7F00_7F00_7F00_7F00) >> 1);
        word = (word & 0x0000_3FFF_0000_3FFF) | ((word & 0x3FFF_0000_3FFF_0000) >> 2);
        return (word & 0x0000_0000_0FFF_FFFF) | ((word & 0x0FFF_FFFF_0000_0000) >> 4);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ReadByteByByte(out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 70 && _at < _data.Length; shift += 7)
        {
            byte next = _data[_at++];
            if (shift == 63 && next > 1)
            {
                break;
            }

            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        Failed = true;
        _at = _data.Length;
        value = 0;
        return false;
    }
}
