using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Hearth.Profiles.Formats;

/// <summary>Gzip files into a buffer that is kept, with a limit on what comes out.</summary>
internal sealed class GzipInput
{
    private const int FirstBufferBytes = 64 << 10;

    private byte[] _buffer = [];

    /// <summary>How an attempt ended.</summary>
    public enum Outcome
    {
        /// <summary>All of it was read.</summary>
        Done,

        /// <summary>The bytes are damaged or end early.</summary>
        Damaged,

        /// <summary>More came out than allowed.</summary>
        TooLarge,
    }

    /// <summary>True when the bytes start as gzip does (RFC 1952: 1f 8b).</summary>
    public static bool IsGzip(ReadOnlySpan<byte> input) => input.Length >= 2 && input[0] == 0x1F && input[1] == 0x8B;

    /// <summary>Decompresses all members; the result is valid until the next call.</summary>
    public Outcome Inflate(ReadOnlyMemory<byte> input, int bytesMax, out ReadOnlyMemory<byte> output)
    {
        output = default;
        if (!MemoryMarshal.TryGetArray(input, out ArraySegment<byte> segment))
        {
            segment = input.ToArray();
        }

        using MemoryStream compressed = new(segment.Array!, segment.Offset, segment.Count, writable: false);
        using GZipStream gzip = new(compressed, CompressionMode.Decompress);
        int length = 0;
        try
        {
            while (true)
            {
                if (length == _buffer.Length)
                {
                    Array.Resize(ref _buffer, (int)Math.Min(Math.Max((long)length * 2, FirstBufferBytes), (long)bytesMax + 1));
                }

                int count = gzip.Read(_buffer, length, _buffer.Length - length);
                if (count == 0)
                {
                    break;
                }

                length += count;
                if (length > bytesMax)
                {
                    return Outcome.TooLarge;
                }
            }
        }
        catch (InvalidDataException)
        {
            return Outcome.Damaged;
        }

        output = _buffer.AsMemory(0, length);
        return IsWhole(segment, length) ? Outcome.Done : Outcome.Damaged;
    }

    // A stream that ends inside a member may be reported as its end. The last four bytes of a whole file are the length of its
    // last member, modulo 2^32, which can be no more than what came out of all members.
    private static bool IsWhole(ReadOnlySpan<byte> input, int length) =>
        input.Length >= 18 && MemoryMarshal.Read<uint>(input[^4..]) <= (uint)length;
}
