using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Hearth.Spool;

/// <summary>
/// Bytes of a segment. Header, 32 bytes: magic "HRTHSPOL", format version u32, flags u32 = 0, segment id u64, CRC u32 of the
/// 24 bytes before it, padding u32. Then records on 8-byte borders, each with a header of 24 bytes: marker u32, payload
/// length u32, sequence u64 (from 0 in each segment), CRC u32, padding u32; then the payload, zero-padded to 8 bytes.
/// All little endian. A record's CRC is CRC-32C over segment id, length, sequence and payload: blocks of another file that
/// a crash left in place do not pass.
/// </summary>
internal static class SegmentFormat
{
    public const uint Version = 1;
    public const int HeaderBytes = 32;
    public const int RecordHeaderBytes = 24;
    public const uint Marker = 0x4352_4848;
    public const string Suffix = ".segment";
    public const string DeadSuffix = ".dead";
    public const string ReasonSuffix = ".reason";

    private const ulong Magic = 0x4C4F_5053_4854_5248;

    /// <summary>File name of a segment: its id in 16 hex digits, so that names sort by age.</summary>
    public static string NameOf(ulong id) => id.ToString("x16", CultureInfo.InvariantCulture) + Suffix;

    /// <summary>The id in a segment's file name.</summary>
    public static bool TryParseName(string name, out ulong id)
    {
        id = 0;
        return name.EndsWith(Suffix, StringComparison.Ordinal)
            && name.Length == 16 + Suffix.Length
            && ulong.TryParse(name.AsSpan(0, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out id);
    }

    /// <summary>Bytes a payload takes with its header and padding.</summary>
    public static long RecordBytes(int payload) => RecordHeaderBytes + (((long)payload + 7) & ~7L);

    public static void WriteHeader(Span<byte> to, ulong id)
    {
        to[..HeaderBytes].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(to, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(to[8..], Version);
        BinaryPrimitives.WriteUInt64LittleEndian(to[16..], id);
        BinaryPrimitives.WriteUInt32LittleEndian(to[24..], Crc(0, to[..24]));
    }

    /// <summary>Reads a header; false when it is not one of a segment. The version may be one this program does not know.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> from, out uint version, out ulong id)
    {
        version = 0;
        id = 0;
        if (from.Length < HeaderBytes
            || BinaryPrimitives.ReadUInt64LittleEndian(from) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(from[24..]) != Crc(0, from[..24]))
        {
            return false;
        }

        version = BinaryPrimitives.ReadUInt32LittleEndian(from[8..]);
        id = BinaryPrimitives.ReadUInt64LittleEndian(from[16..]);
        return true;
    }

    public static void WriteRecordHeader(Span<byte> to, ulong segment, ulong sequence, ReadOnlySpan<byte> payload)
    {
        to[..RecordHeaderBytes].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(to, Marker);
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], payload.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(to[8..], sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(to[16..], RecordCrc(segment, sequence, payload));
    }

    /// <summary>The payload of the record at <paramref name="offset"/>, or false when there is no whole and sound one.</summary>
    public static bool TryReadRecord(ReadOnlySpan<byte> data, int offset, ulong segment, out ulong sequence, out Range payload)
    {
        sequence = 0;
        payload = default;
        if (data.Length - offset < RecordHeaderBytes)
        {
            return false;
        }

        ReadOnlySpan<byte> header = data[offset..];
        int length = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != Marker
            || length < 0
            || offset + RecordBytes(length) > data.Length)
        {
            return false;
        }

        sequence = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
        int start = offset + RecordHeaderBytes;
        payload = start..(start + length);
        return BinaryPrimitives.ReadUInt32LittleEndian(header[16..]) == RecordCrc(segment, sequence, data[payload]);
    }

    private static uint RecordCrc(ulong segment, ulong sequence, ReadOnlySpan<byte> payload)
    {
        uint crc = BitOperations.Crc32C(0xFFFF_FFFF, segment);
        crc = BitOperations.Crc32C(crc, sequence);
        crc = BitOperations.Crc32C(crc, (ulong)payload.Length);
        return Crc(~crc, payload);
    }

    private static uint Crc(uint seed, ReadOnlySpan<byte> data)
    {
        uint crc = ~seed;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(data);
        foreach (ulong word in words)
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (byte b in data[(words.Length * 8)..])
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }
}
