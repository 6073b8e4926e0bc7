namespace Hearth.Native.Bytes;

/// <summary>Bytes in memory.</summary>
public sealed class MemoryBytes(ReadOnlyMemory<byte> bytes) : ByteSource
{
    /// <inheritdoc/>
    public override long Length => bytes.Length;

    /// <inheritdoc/>
    public override int Read(long offset, Span<byte> into)
    {
        if (offset < 0 || offset >= bytes.Length)
        {
            return 0;
        }

        int count = (int)Math.Min(into.Length, bytes.Length - offset);
        bytes.Span.Slice((int)offset, count).CopyTo(into);
        return count;
    }
}
