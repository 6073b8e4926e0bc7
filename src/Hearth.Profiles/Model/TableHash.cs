using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hearth.Profiles.Model;

/// <summary>
/// Hashes for tables in memory: fast, and seeded by each process, so that a sender cannot choose keys that all fall into one
/// bucket. Never stored; stored ids are content ids.
/// </summary>
internal static class TableHash
{
    private static readonly ulong SeedA = NewSeed();
    private static readonly ulong SeedB = NewSeed();

    /// <summary>Hash of bytes.</summary>
    public static ulong Of(ReadOnlySpan<byte> data)
    {
        ulong a = SeedA ^ (ulong)data.Length;
        ulong b = SeedB;
        while (data.Length >= 16)
        {
            a = Fold(a ^ MemoryMarshal.Read<ulong>(data), b ^ MemoryMarshal.Read<ulong>(data[8..]));
            b ^= a;
            data = data[16..];
        }

        ulong low = 0;
        ulong high = 0;
        if (data.Length >= 8)
        {
            low = MemoryMarshal.Read<ulong>(data);
            high = MemoryMarshal.Read<ulong>(data[^8..]);
        }
        else if (data.Length >= 4)
        {
            low = MemoryMarshal.Read<uint>(data);
            high = MemoryMarshal.Read<uint>(data[^4..]);
        }
        else if (data.Length > 0)
        {
            low = data[0] | ((ulong)data[data.Length >> 1] << 8) | ((ulong)data[^1] << 16);
        }

        return Fold(a ^ low, b ^ high ^ 0x9E37_79B9_7F4A_7C15);
    }

    /// <summary>Hash of a list of indices.</summary>
    public static ulong Of(ReadOnlySpan<int> items) => Of(MemoryMarshal.AsBytes(items));

    /// <summary>Hash of one number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ulong value) => Fold(value ^ SeedA, SeedB);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }

    private static ulong NewSeed()
    {
        Span<byte> seed = stackalloc byte[8];
        RandomNumberGenerator.Fill(seed);
        return BinaryPrimitives.ReadUInt64LittleEndian(seed) | 1;
    }
}
