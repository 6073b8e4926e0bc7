using Microsoft.Win32.SafeHandles;

namespace Hearth.Native.Bytes;

/// <summary>Bytes of an open file, read by position, those that were appended later included. Owns the handle.</summary>
public sealed class FileBytes : ByteSource
{
    private readonly SafeFileHandle _handle;

    /// <summary>Reads <paramref name="handle"/>; <paramref name="length"/> is the size the caller saw and checked.</summary>
    public FileBytes(SafeFileHandle handle, long length)
    {
        ArgumentNullException.ThrowIfNull(handle);
        _handle = handle;
        Length = length;
    }

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public override int Read(long offset, Span<byte> into)
    {
        if (offset < 0 || into.IsEmpty)
        {
            return 0;
        }

        try
        {
            return RandomAccess.Read(_handle, into, offset);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException
            or ObjectDisposedException or NotSupportedException)
        {
            return 0;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _handle.Dispose();
        }

        base.Dispose(disposing);
    }
}
