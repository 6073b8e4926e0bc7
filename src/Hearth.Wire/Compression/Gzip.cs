using System.IO.Compression;

namespace Hearth.Wire.Compression;

/// <summary>The gzip format (RFC 1952) from memory to memory, with a limit on the output that counts as it is written.</summary>
public static class Gzip
{
    private static ReadOnlySpan<byte> EmptyMember => [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>True if the bytes start as a gzip member does.</summary>
    public static bool IsGzip(ReadOnlySpan<byte> bytes) => bytes.Length >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B;

    /// <summary>
    /// Appends the content of every member of <paramref name="input"/> to <paramref name="output"/>, at most <paramref name="max"/> bytes.
    /// What follows the last member is ignored. Unless the result is Ok, what was appended is to be thrown away.
    /// </summary>
    public static DecompressResult Decompress(ReadOnlySpan<byte> input, PooledBuffer output, int max)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Reserve(DeflateBound.FirstRoom(input.Length, max));
        return InflatingRead.ToEnd(
            input,
            static source => new GZipStream(source, CompressionMode.Decompress),
            output,
            DeflateBound.LengthMax(output, max));
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
}
