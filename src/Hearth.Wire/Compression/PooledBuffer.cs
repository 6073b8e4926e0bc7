using System.Buffers;

namespace Hearth.Wire.Compression;

/// <summary>
/// A growing run of bytes on a rented array. It grows only for bytes that are there, never for a length somebody claimed.
/// What it handed out is valid until the next write, <see cref="Clear"/> or <see cref="Dispose"/>. Not safe for concurrent use.
/// </summary>
public sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private const int CapacityMin = 256;
    private byte[] _array = [];
    private int _length;

    /// <summary>Bytes written so far.</summary>
    public int Length => _length;

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _array.AsSpan(0, _length);

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _array.AsMemory(0, _length);

    /// <summary>Forgets what was written and keeps the array.</summary>
    public void Clear() => _length = 0;

    /// <summary>Appends bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        _length += bytes.Length;
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _array.Length - _length);
        _length += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _array.AsMemory(_length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _array.AsSpan(_length);
    }

    /// <summary>Gives the array back. A second call does nothing.</summary>
    public void Dispose()
    {
        byte[] array = _array;
        _array = [];
        _length = 0;
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    /// <summary>Makes room for <paramref name="size"/> more bytes; at least doubles when it has to grow.</summary>
    internal void Reserve(int size)
    {
        if (_array.Length - _length >= size)
        {
            return;
        }

        long wanted = Math.Max(CapacityMin, Math.Max((long)_length + size, Math.Min(2L * _length, Array.MaxLength)));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wanted, Array.MaxLength, nameof(size));
        byte[] bigger = ArrayPool<byte>.Shared.Rent((int)wanted);
        _array.AsSpan(0, _length).CopyTo(bigger);
        byte[] old = _array;
        _array = bigger;
        if (old.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(old);
        }
    }
}
