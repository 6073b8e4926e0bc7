using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Hearth.Profiles.Ids;

/// <summary>
/// XXH3, 128 bits, seed 0, default secret: the hash that ClickHouse computes as <c>xxh3_128</c>. Written from the published
/// algorithm (xxHash specification 0.8); bit-equal on every machine. Not resistant to an attacker who looks for collisions.
/// </summary>
public static partial class Xxh3
{
    private const uint Prime32A = 0x9E37_79B1;
    private const uint Prime32B = 0x85EB_CA77;
    private const uint Prime32C = 0xC2B2_AE3D;
    private const ulong Prime64A = 0x9E37_79B1_85EB_CA87;
    private const ulong Prime64B = 0xC2B2_AE3D_27D4_EB4F;
    private const ulong Prime64C = 0x1656_67B1_9E37_79F9;
    private const ulong Prime64D = 0x85EB_CA77_C2B2_AE63;
    private const ulong Prime64E = 0x27D4_EB2F_1656_67C5;
    private const ulong PrimeMix1 = 0x1656_6791_9E37_79F9;
    private const ulong PrimeMix2 = 0x9FB2_1C65_1E98_DF25;

    // The 192 bytes of the default secret.
    private static ReadOnlySpan<byte> Secret =>
    [
        0xB8, 0xFE, 0x6C, 0x39, 0x23, 0xA4, 0x4B, 0xBE, 0x7C, 0x01, 0x81, 0x2C, 0xF7, 0x21, 0xAD, 0x1C,
        0xDE, 0xD4, 0x6D, 0xE9, 0x83, 0x90, 0x97, 0xDB, 0x72, 0x40, 0xA4, 0xA4, 0xB7, 0xB3, 0x67, 0x1F,
        0xCB, 0x79, 0xE6, 0x4E, 0xCC, 0xC0, 0xE5, 0x78, 0x82, 0x5A, 0xD0, 0x7D, 0xCC, 0xFF, 0x72, 0x21,
        0xB8, 0x08, 0x46, 0x74, 0xF7, 0x43, 0x24, 0x8E, 0xE0, 0x35, 0x90, 0xE6, 0x81, 0x3A, 0x26, 0x4C,
        0x3C, 0x28, 0x52, 0xBB, 0x91, 0xC3, 0x00, 0xCB, 0x88, 0xD0, 0x65, 0x8B, 0x1B, 0x53, 0x2E, 0xA3,
        0x71, 0x64, 0x48, 0x97, 0xA2, 0x0D, 0xF9, 0x4E, 0x38, 0x19, 0xEF, 0x46, 0xA9, 0xDE, 0xAC, 0xD8,
        0xA8, 0xFA, 0x76, 0x3F, 0xE3, 0x9C, 0x34, 0x3F, 0xF9, 0xDC, 0xBB, 0xC7, 0xC7, 0x0B, 0x4F, 0x1D,
        0x8A, 0x51, 0xE0, 0x4B, 0xCD, 0xB4, 0x59, 0x31, 0xC8, 0x9F, 0x7E, 0xC9, 0xD9, 0x78, 0x73, 0x64,
        0xEA, 0xC5, 0xAC, 0x83, 0x34, 0xD3, 0xEB, 0xC3, 0xC5, 0x81, 0xA0, 0xFF, 0xFA, 0x13, 0x63, 0xEB,
        0x17, 0x0D, 0xDD, 0x51, 0xB7, 0xF0, 0xDA, 0x49, 0xD3, 0x16, 0x55, 0x26, 0x29, 0xD4, 0x68, 0x9E,
        0x2B, 0x16, 0xBE, 0x58, 0x7D, 0x47, 0xA1, 0xFC, 0x8F, 0xF8, 0xB8, 0xD1, 0x7A, 0xD0, 0x31, 0xCE,
        0x45, 0xCB, 0x3A, 0x8F, 0x95, 0x16, 0x04, 0x28, 0xAF, 0xD7, 0xFB, 0xCA, 0xBB, 0x4B, 0x40, 0x7E,
    ];

    /// <summary>The hash of <paramref name="data"/>. Its upper 64 bits are what other implementations print first.</summary>
    public static UInt128 Hash128(ReadOnlySpan<byte> data)
    {
        ref byte input = ref MemoryMarshal.GetReference(data);
        int length = data.Length;
        return length switch
        {
            > 240 => HashLong(data, Avx2.IsSupported),
            > 128 => HashTo240(ref input, length),
            > 16 => HashTo128(ref input, length),
            > 8 => HashTo16(ref input, length),
            > 3 => HashTo8(ref input, length),
            > 0 => HashTo3(ref input, length),
            _ => HashEmpty(),
        };
    }

    private static UInt128 HashEmpty() =>
        new(Avalanche64(Key(80) ^ Key(88)), Avalanche64(Key(64) ^ Key(72)));

    private static UInt128 HashTo3(ref byte input, int length)
    {
        uint first = input;
        uint middle = Unsafe.Add(ref input, length >> 1);
        uint last = Unsafe.Add(ref input, length - 1);
        uint low = (first << 16) | (middle << 24) | last | ((uint)length << 8);
        uint high = BitOperations.RotateLeft(BinaryPrimitives.ReverseEndianness(low), 13);
        ulong flipLow = (uint)Key(0) ^ (uint)(Key(0) >> 32);
        ulong flipHigh = (uint)Key(8) ^ (uint)(Key(8) >> 32);
        return new UInt128(Avalanche64(high ^ flipHigh), Avalanche64(low ^ flipLow));
    }

    private static UInt128 HashTo8(ref byte input, int length)
    {
        ulong both = Read32(ref input, 0) + ((ulong)Read32(ref input, length - 4) << 32);
        ulong keyed = both ^ Key(16) ^ Key(24);
        ulong high = Math.BigMul(keyed, Prime64A + ((ulong)length << 2), out ulong low);
        high += low << 1;
        low ^= high >> 3;
        low ^= low >> 35;
        low *= PrimeMix2;
        low ^= low >> 28;
        return new UInt128(Avalanche(high), low);
    }

    private static UInt128 HashTo16(ref byte input, int length)
    {
        ulong inputLow = Read64(ref input, 0);
        ulong inputHigh = Read64(ref input, length - 8);
        ulong high = Math.BigMul(inputLow ^ inputHigh ^ Key(32) ^ Key(40), Prime64A, out ulong low);
        low += (ulong)(length - 1) << 54;
        inputHigh ^= Key(48) ^ Key(56);
        high += inputHigh + ((ulong)(uint)inputHigh * (Prime32B - 1));
        low ^= BinaryPrimitives.ReverseEndianness(high);
        ulong resultHigh = Math.BigMul(low, Prime64B, out ulong resultLow);
        resultHigh += high * Prime64B;
        return new UInt128(Avalanche(resultHigh), Avalanche(resultLow));
    }

    private static UInt128 HashTo128(ref byte input, int length)
    {
        ulong low = (ulong)length * Prime64A;
        ulong high = 0;
        if (length > 96)
        {
            Mix(ref low, ref high, ref input, 48, length - 64, 96);
        }

        if (length > 64)
        {
            Mix(ref low, ref high, ref input, 32, length - 48, 64);
        }

        if (length > 32)
        {
            Mix(ref low, ref high, ref input, 16, length - 32, 32);
        }

        Mix(ref low, ref high, ref input, 0, length - 16, 0);
        return Finish(low, high, length);
    }

    private static UInt128 HashTo240(ref byte input, int length)
    {
        ulong low = (ulong)length * Prime64A;
        ulong high = 0;
        Mix(ref low, ref high, ref input, 0, 16, 0);
        Mix(ref low, ref high, ref input, 32, 48, 32);
        Mix(ref low, ref high, ref input, 64, 80, 64);
        Mix(ref low, ref high, ref input, 96, 112, 96);
        low = Avalanche(low);
        high = Avalanche(high);
        for (int at = 160; at <= length; at += 32)
        {
            Mix(ref low, ref high, ref input, at - 32, at - 16, 3 + at - 160);
        }

        Mix(ref low, ref high, ref input, length - 16, length - 32, 136 - 17 - 16);
        return Finish(low, high, length);
    }

    private static UInt128 Finish(ulong low, ulong high, int length)
    {
        ulong first = low + high;
        ulong second = (low * Prime64A) + (high * Prime64D) + ((ulong)length * Prime64B);
        return new UInt128(0 - Avalanche(second), Avalanche(first));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(ref ulong low, ref ulong high, ref byte input, int first, int second, int secret)
    {
        ulong a = Read64(ref input, first);
        ulong b = Read64(ref input, first + 8);
        ulong c = Read64(ref input, second);
        ulong d = Read64(ref input, second + 8);
        low += Fold(a ^ Key(secret), b ^ Key(secret + 8));
        low ^= c + d;
        high += Fold(c ^ Key(secret + 16), d ^ Key(secret + 24));
        high ^= a + b;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Avalanche(ulong hash)
    {
        hash ^= hash >> 37;
        hash *= PrimeMix1;
        return hash ^ (hash >> 32);
    }

    private static ulong Avalanche64(ulong hash)
    {
        hash ^= hash >> 33;
        hash *= Prime64B;
        hash ^= hash >> 29;
        hash *= Prime64C;
        return hash ^ (hash >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Key(int at) => Read64(ref MemoryMarshal.GetReference(Secret), at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read64(ref byte source, int at)
    {
        ulong value = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref source, at));
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }

    private static uint Read32(ref byte source, int at)
    {
        uint value = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref source, at));
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }
}
