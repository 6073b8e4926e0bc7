using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Hearth.Wire.Compression;

/// <summary>The checksums of gzip (CRC-32, RFC 1952, 8) and zlib (Adler-32, RFC 1950, 8.2).</summary>
internal static class Checksums
{
    private const uint Polynomial = 0xEDB8_8320;
    private const uint AdlerBase = 65521;

    /// <summary>Bytes that can be summed in 32 bits before the remainder has to be taken.</summary>
    private const int AdlerRun = 5552;

    private static readonly uint[] Table = BuildTable();

    /// <summary>CRC-32 of the bytes.</summary>
    public static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> table = Table;
        uint crc = uint.MaxValue;
        if (CarrylessCrc.IsSupported && bytes.Length >= CarrylessCrc.BytesMin)
        {
            crc = CarrylessCrc.Update(crc, bytes, out int used);
            bytes = bytes[used..];
        }

        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            ulong mixed = (BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word)) ^ crc;
            crc = table[(int)(0x700 | (mixed & 0xFF))]
                ^ table[(int)(0x600 | ((mixed >> 8) & 0xFF))]
                ^ table[(int)(0x500 | ((mixed >> 16) & 0xFF))]
                ^ table[(int)(0x400 | ((mixed >> 24) & 0xFF))]
                ^ table[(int)(0x300 | ((mixed >> 32) & 0xFF))]
                ^ table[(int)(0x200 | ((mixed >> 40) & 0xFF))]
                ^ table[(int)(0x100 | ((mixed >> 48) & 0xFF))]
                ^ table[(int)(mixed >> 56)];
        }

        foreach (byte b in bytes[(bytes.Length & ~7)..])
        {
            crc = (crc >> 8) ^ table[(int)((crc ^ b) & 0xFF)];
        }

        return ~crc;
    }

    /// <summary>Adler-32 of the bytes.</summary>
    public static uint Adler32(ReadOnlySpan<byte> bytes)
    {
        uint low = 1;
        uint high = 0;
        while (bytes.Length > 0)
        {
            int run = Math.Min(bytes.Length, AdlerRun);
            foreach (byte b in bytes[..run])
            {
                low += b;
                high += low;
            }

            low %= AdlerBase;
            high %= AdlerBase;
            bytes = bytes[run..];
        }

        return (high << 16) | low;
    }

    /// <summary>Eight tables of 256: the k-th is the CRC of a byte followed by k zero bytes.</summary>
    private static uint[] BuildTable()
    {
        uint[] table = new uint[8 * 256];
        for (uint i = 0; i < 256; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * Polynomial);
            }

            table[i] = crc;
        }

        for (int i = 256; i < table.Length; i++)
        {
            table[i] = (table[i - 256] >> 8) ^ table[table[i - 256] & 0xFF];
        }

        return table;
    }
}
