using System.IO.Compression;

namespace Hearth.Wire.Compression;

/// <summary>
/// The HTTP content coding "deflate": the zlib format (RFC 1950), and the raw DEFLATE stream that some senders mistake it for
/// (RFC 9110, 8.4.1.2 notes them). Limits as in <see cref="Gzip"/>.
/// </summary>
public static class Zlib
{
    /// <summary>
    /// Appends the content of <paramref name="input"/> to <paramref name="output"/>, at most <paramref name="max"/> bytes.
    /// What follows the stream is ignored. Unless the result is Ok, what was appended is to be thrown away.
    /// </summary>
    public static DecompressResult Decompress(ReadOnlySpan<byte> input, PooledBuffer output, int max)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Reserve(DeflateBound.FirstRoom(input.Length, max));
        return InflatingRead.ToEnd(
            input,
            IsZlib(input)
                ? static source => new ZLibStream(source, CompressionMode.Decompress)
                : static source => new DeflateStream(source, CompressionMode.Decompress),
            output,
            DeflateBound.LengthMax(output, max));
    }

    private static bool IsZlib(ReadOnlySpan<byte> input) =>
        input.Length >= 2 && (input[0] & 0x8F) == 8 && ((input[0] << 8) | input[1]) % 31 == 0;
}
