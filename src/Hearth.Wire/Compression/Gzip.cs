using System.Buffers.Binary;
using System.IO.Compression;

namespace Hearth.Wire.Compression;

/// <summary>The gzip format (RFC 1952) from memory to memory, with a limit on the output that counts as it is written.</summary>
public static class Gzip
{
    private const int HeaderBytes = 10;
    private const int TrailerBytes = 8;
    private const int FlagHeaderCrc = 2, FlagExtra = 4, FlagName = 8, FlagComment = 16, FlagsReserved = 0xE0;

    private static ReadOnlySpan<byte> EmptyMember => [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>True if the bytes start as a gzip member does.</summary>
    public static bool IsGzip(ReadOnlySpan<byte> bytes) => bytes.Length >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B;

    /// <summary>
    /// Appends the content of every member of <paramref name="input"/> to <paramref name="output"/>, at most <paramref name="max"/> bytes.
    /// Zero bytes after the last member are padding and allowed. Unless the result is Ok, what was appended is to be thrown away.
    /// </summary>
    public static DecompressResult Decompress(ReadOnlySpan<byte> input, PooledBuffer output, int max)
    {
        ArgumentNullException.ThrowIfNull(output);
        int lengthMax = DeflateBound.LengthMax(output, max);
        output.Reserve(DeflateBound.FirstRoom(input.Length, max));
        int position = 0;
        do
        {
            DecompressResult result = ReadMember(input, ref position, output, lengthMax);
            if (result != DecompressResult.Ok)
            {
                return result;
            }
        }
        while (position + 1 < input.Length && IsGzip(input[position..]));

        return input[position..].ContainsAnyExcept((byte)0) ? DecompressResult.TrailingData : DecompressResult.Ok;
    }

    /// <summary>Appends <paramref name="input"/> to <paramref name="output"/> as one gzip member.</summary>
    public static void Compress(ReadOnlySpan<byte> input, PooledBuffer output, CompressionLevel level = CompressionLevel.Fastest)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (input.IsEmpty)
        {
            output.Append(EmptyMember); // the platform's stream would write nothing at all
            return;
        }

        using GZipStream gzip = new(new PooledBufferStream(output), level);
        gzip.Write(input);
    }

    private static DecompressResult ReadMember(ReadOnlySpan<byte> input, ref int position, PooledBuffer output, int lengthMax)
    {
        DecompressResult result = ReadHeader(input, ref position);
        int start = output.Length;
        if (result == DecompressResult.Ok)
        {
            result = Inflater.Shared.Inflate(input, ref position, output, lengthMax);
        }

        if (result != DecompressResult.Ok)
        {
            return result;
        }

        if (input.Length - position < TrailerBytes)
        {
            return DecompressResult.Truncated;
        }

        uint crc = BinaryPrimitives.ReadUInt32LittleEndian(input[position..]);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(input[(position + 4)..]);
        position += TrailerBytes;
        ReadOnlySpan<byte> content = output.Written[start..];
        return crc == Checksums.Crc32(content) && size == (uint)content.Length ? DecompressResult.Ok : DecompressResult.Corrupt;
    }

    private static DecompressResult ReadHeader(ReadOnlySpan<byte> input, ref int position)
    {
        ReadOnlySpan<byte> header = input[position..];
        if ((header.Length > 0 && header[0] != 0x1F) || (header.Length > 1 && header[1] != 0x8B)
            || (header.Length > 2 && header[2] != 8) || (header.Length > 3 && (header[3] & FlagsReserved) != 0))
        {
            return DecompressResult.Corrupt;
        }

        if (header.Length < HeaderBytes)
        {
            return DecompressResult.Truncated;
        }

        int flags = header[3];
        int at = HeaderBytes;
        bool whole = true;
        if ((flags & FlagExtra) != 0)
        {
            whole = header.Length - at >= 2;
            at += whole ? 2 + BinaryPrimitives.ReadUInt16LittleEndian(header[at..]) : 0;
        }

        whole = whole && SkipText(header, (flags & FlagName) != 0, ref at) && SkipText(header, (flags & FlagComment) != 0, ref at);
        int headerEnd = at;
        at += (flags & FlagHeaderCrc) != 0 ? 2 : 0;
        if (!whole || at > header.Length)
        {
            return DecompressResult.Truncated;
        }

        position += at;
        bool holds = at == headerEnd
            || BinaryPrimitives.ReadUInt16LittleEndian(header[headerEnd..]) == (ushort)Checksums.Crc32(header[..headerEnd]);
        return holds ? DecompressResult.Ok : DecompressResult.Corrupt;
    }

    private static bool SkipText(ReadOnlySpan<byte> header, bool present, ref int at)
    {
        if (!present)
        {
            return true;
        }

        int end = at <= header.Length ? header[at..].IndexOf((byte)0) : -1;
        at += end + 1;
        return end >= 0;
    }
}
