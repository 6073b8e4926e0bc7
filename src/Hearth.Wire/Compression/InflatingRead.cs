namespace Hearth.Wire.Compression;

/// <summary>Runs one of the platform's decompression streams over memory, into a buffer with a running limit.</summary>
internal static class InflatingRead
{
    private const int RoomMin = 4096;

    /// <summary>
    /// Appends what the stream that <paramref name="open"/> makes says, up to an output length of <paramref name="lengthMax"/>. A
    /// truncated input is only an error to the platform under its strict validation, which every program of this repository is
    /// configured for (System.IO.Compression.UseStrictValidation).
    /// </summary>
    public static unsafe DecompressResult ToEnd(
        ReadOnlySpan<byte> input, Func<Stream, Stream> open, PooledBuffer output, int lengthMax)
    {
        if (input.IsEmpty)
        {
            return DecompressResult.Truncated;
        }

        fixed (byte* start = input)
        {
            using InputStream source = new(start, input.Length);
            try
            {
                using Stream inflated = open(source);
                return Copy(inflated, output, lengthMax);
            }
            catch (InvalidDataException)
            {
                return source.EndSeen ? DecompressResult.Truncated : DecompressResult.Corrupt;
            }
        }
    }

    private static DecompressResult Copy(Stream inflated, PooledBuffer output, int lengthMax)
    {
        while (true)
        {
            // One byte more than is allowed, so that an output of just the limit is told from a longer one.
            int allowed = (int)Math.Min((long)lengthMax - output.Length + 1, int.MaxValue);
            Span<byte> room = output.GetSpan(Math.Min(RoomMin, allowed));
            int read = inflated.Read(room.Length > allowed ? room[..allowed] : room);
            if (read == 0)
            {
                return DecompressResult.Ok;
            }

            output.Advance(read);
            if (output.Length > lengthMax)
            {
                return DecompressResult.TooLarge;
            }
        }
    }

    /// <summary>Memory as a stream that remembers whether its reader wanted more than there is.</summary>
    private sealed unsafe class InputStream(byte* start, long length) : UnmanagedMemoryStream(start, length)
    {
        public bool EndSeen { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            int read = (int)Math.Min(Length - Position, buffer.Length);
            new ReadOnlySpan<byte>(PositionPointer, read).CopyTo(buffer);
            Position += read;
            EndSeen |= read == 0 && !buffer.IsEmpty;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    }
}
