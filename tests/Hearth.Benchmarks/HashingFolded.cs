using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hearth.Benchmarks;

/// <summary>
/// The other candidate for content ids, kept to be measured beside XXH3: 128 bits by four independent chains of folded multiplies
/// over 64-byte blocks. Needs nothing but a 64 × 64 → 128 bit multiply.
/// </summary>
internal static class HashingFolded
{
    private const ulong KeyA = 0x9E37_79B9_7F4A_7C15;
    private const ulong KeyB = 0xBF58_476D_1CE4_E5B9;
    private const ulong KeyC = 0x94D0_49BB_1331_11EB;
    private const ulong KeyD = 0xD6E8_FEB8_6659_FD93;

    public static UInt128 Hash128(ReadOnlySpan<byte> data)
    {
        ulong a = KeyA ^ (ulong)data.Length;
        ulong b = KeyB;
        ulong c = KeyC;
        ulong d = KeyD;
        while (data.Length >= 64)
        {
            Block(ref a, ref b, ref c, ref d, data);
            data = data[64..];
        }

        if (!data.IsEmpty)
        {
            Span<byte> tail = stackalloc byte[64];
            tail.Clear();
            data.CopyTo(tail);
            Block(ref a, ref b, ref c, ref d, tail);
        }

        ulong low = Fold(a ^ KeyC, b ^ KeyD) ^ Fold(c ^ KeyA, d ^ KeyB);
        ulong high = Fold(a ^ c ^ KeyB, b + KeyA) + Fold(d ^ KeyC, low ^ b);
        return new UInt128(Fold(high ^ KeyD, low ^ KeyA), Fold(low ^ KeyB, high ^ KeyC));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block(ref ulong a, ref ulong b, ref ulong c, ref ulong d, ReadOnlySpan<byte> block)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(block[..64]);
        a = Fold(a ^ words[0], words[1] ^ KeyB);
        b = Fold(b ^ words[2], words[3] ^ KeyC);
        c = Fold(c ^ words[4], words[5] ^ KeyD);
        d = Fold(d ^ words[6], words[7] ^ KeyA);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }
}
