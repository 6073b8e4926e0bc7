using System.Buffers;
using Hearth.Native.Bytes;

namespace Hearth.Native.Elf;

/// <summary>CRC-32 (IEEE 802.3, reflected) of a file, as <c>.gnu_debuglink</c> carries it.</summary>
public static class DebugLinkCrc
{
    private const uint Polynomial = 0xEDB8_8320;
    private static readonly uint[] Table = MakeTable();

    /// <summary>The CRC of all bytes; null when they cannot be read.</summary>
    public static uint? Of(ByteSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        uint crc = uint.MaxValue;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (long at = 0; at < source.Length;)
            {
                int read = source.Read(at, buffer);
                if (read <= 0)
                {
                    return null;
                }

                crc = Add(crc, buffer.AsSpan(0, read));
                at += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return ~crc;
    }

    // Eight tables, so that eight bytes cost eight independent look-ups ("slicing by eight").
    private static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        uint[] table = Table;
        while (bytes.Length >= 8)
        {
            crc ^= BitConverter.ToUInt32(bytes);
            uint high = BitConverter.ToUInt32(bytes[4..]);
            crc = table[(7 * 256) + (byte)crc] ^ table[(6 * 256) + (byte)(crc >> 8)]
                ^ table[(5 * 256) + (byte)(crc >> 16)] ^ table[(4 * 256) + (crc >> 24)]
                ^ table[(3 * 256) + (byte)high] ^ table[(2 * 256) + (byte)(high >> 8)]
                ^ table[256 + (byte)(high >> 16)] ^ table[high >> 24];
            bytes = bytes[8..];
        }

        foreach (byte b in bytes)
        {
            crc = table[(byte)crc ^ b] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[8 * 256];
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
            table[i] = table[(byte)table[i - 256]] ^ (table[i - 256] >> 8);
        }

        return table;
    }
}
