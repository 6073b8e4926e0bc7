using System.Buffers.Binary;

namespace Hearth.Wire.Compression;

/// <summary>
/// The HTTP content coding "deflate": the zlib format (RFC 1950), and the raw DEFLATE stream that some senders mistake it for
/// (RFC 9110, 8.4.1.2 notes them). Limits as in <see cref="Gzip"/>.
/// </summary>
public static class Zlib
{
    /// <summary>
    /// Appends the content of <paramref name="input"/> to <paramref name="output"/>, at most <paramref name="max"/> bytes.
    /// Unless the result is Ok, what was appended is to be thrown away.
    /// </summary>
    public static DecompressResult Decompress(ReadOnlySpan<byte> input, PooledBuffer output, int max)
    {
        ArgumentNullException.ThrowIfNull(output);
        int lengthMax = DeflateBound.LengthMax(output, max);
        output.Reserve(DeflateBound.FirstRoom(input.Length, max));
        int start = output.Length;
        bool wrapped = IsZlib(input);
        int position = wrapped ? 2 : 0;
        if (wrapped && (input[1] & 0x20) != 0)
        {
            return DecompressResult.Corrupt; // a preset dictionary, which no content coding knows
        }

        DecompressResult result = Inflater.Shared.Inflate(input, ref position, output, lengthMax);
        if (result == DecompressResult.Ok && wrapped)
        {
            if (input.Length - position < 4)
            {
                return DecompressResult.Truncated;
            }

            uint adler = BinaryPrimitives.ReadUInt32BigEndian(input[position..]);
            position += 4;
            result = adler == Checksums.Adler32(output.Written[start..]) ? DecompressResult.Ok : DecompressResult.Corrupt;
        }

        return result == DecompressResult.Ok && position < input.Length ? DecompressResult.TrailingData : result;
    }

    private static bool IsZlib(ReadOnlySpan<byte> input) =>
        input.Length >= 2 && (input[0] & 0x8F) == 8 && ((input[0] << 8) | input[1]) % 31 == 0;
}
