namespace Hearth.Native.Bytes;

/// <summary>
/// Bytes read by offset: a file or memory. Never mapped whole, so that a file that shrinks while it is read gives
/// short reads and not a signal. No read throws.
/// </summary>
public abstract class ByteSource : IDisposable
{
    /// <summary>Bytes there were when the source was opened.</summary>
    public abstract long Length { get; }

    /// <summary>
    /// Reads at most <paramref name="into"/>.Length bytes. Returns how many; 0 at the end, for a bad offset and on an I/O error.
    /// </summary>
    public abstract int Read(long offset, Span<byte> into);

    /// <summary>Fills <paramref name="into"/>, or returns false.</summary>
    public bool TryReadExactly(long offset, Span<byte> into)
    {
        while (!into.IsEmpty)
        {
            int read = Read(offset, into);
            if (read <= 0)
            {
                return false;
            }

            offset += read;
            into = into[read..];
        }

        return true;
    }

    /// <summary>
    /// Reads a NUL-terminated text into <paramref name="into"/> and returns its length without the NUL; a longer text is
    /// cut at the end of <paramref name="into"/>. -1 when there is nothing at <paramref name="offset"/>.
    /// </summary>
    public int ReadText(long offset, Span<byte> into)
    {
        int length = 0;
        while (length < into.Length)
        {
            // Most names are short: the first read takes little.
            Span<byte> part = into.Slice(length, Math.Min(into.Length - length, length == 0 ? 128 : 1024));
            int read = Read(offset + length, part);
            if (read <= 0)
            {
                return length == 0 ? -1 : length;
            }

            int end = part[..read].IndexOf((byte)0);
            if (end >= 0)
            {
                return length + end;
            }

            length += read;
        }

        return length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of what the source holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
