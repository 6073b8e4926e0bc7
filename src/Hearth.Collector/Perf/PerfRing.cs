using Microsoft.Win32.SafeHandles;

namespace Hearth.Collector.Perf;

/// <summary>
/// One CPU's ring of records, read in place. The kernel writes up to data_head and never past data_tail, so a record stays
/// valid until <see cref="Release"/>. Memory order: head is read with acquire, tail written with release
/// (Documentation in include/uapi/linux/perf_event.h at data_head).
/// </summary>
internal sealed unsafe class PerfRing : IDisposable
{
    private const int HeadOffset = 1024;
    private const int TailOffset = 1032;
    private readonly SafeFileHandle? _handle;
    private readonly nuint _mappedBytes;
    private readonly ulong _mask;
    private readonly byte* _data;
    private byte[] _scratch = [];
    private byte* _base;
    private ulong _position;
    private ulong _head;

    /// <summary>Reads a ring whose memory belongs to somebody else (tests).</summary>
    /// <param name="memory">Metadata page, then the data.</param>
    /// <param name="metadataBytes">Bytes of the metadata page.</param>
    /// <param name="dataBytes">Bytes of data, a power of two.</param>
    /// <param name="cpu">CPU number.</param>
    public PerfRing(byte* memory, int metadataBytes, int dataBytes, int cpu)
    {
        _base = memory;
        _data = memory + metadataBytes;
        _mask = (ulong)dataBytes - 1;
        Cpu = cpu;
        _position = Tail;
    }

    private PerfRing(SafeFileHandle handle, byte* memory, int dataBytes, int cpu)
        : this(memory, Environment.SystemPageSize, dataBytes, cpu)
    {
        _handle = handle;
        _mappedBytes = (nuint)(Environment.SystemPageSize + dataBytes);
    }

    /// <summary>CPU whose records these are.</summary>
    public int Cpu { get; }

    /// <summary>Times the ring did not hold a valid record where one had to be; what was in it then is lost.</summary>
    public long Broken { get; private set; }

    /// <summary>Descriptor to wait on; -1 for foreign memory.</summary>
    public int Descriptor => _handle is null ? -1 : (int)_handle.DangerousGetHandle();

    /// <summary>The event the ring belongs to.</summary>
    public SafeFileHandle Handle => _handle ?? throw new InvalidOperationException("The ring has no event.");

    /// <summary>Unread bytes at the last <see cref="Snapshot"/>.</summary>
    public ulong Pending => _head - _position;

    private ulong Tail => Volatile.Read(ref *(ulong*)(_base + TailOffset));

    /// <summary>
    /// Maps an event's ring, halving it (to 8 pages at the least) while the locked-memory limit refuses. The ring owns the event
    /// from here on. Null and the errno when it cannot be mapped; the event is closed then.
    /// </summary>
    public static PerfRing? TryMap(SafeFileHandle handle, int cpu, int pages, out int error)
    {
        const int pagesMin = 8;
        do
        {
            int dataBytes = pages * Environment.SystemPageSize;
            byte* memory = PerfNative.Map(handle, (nuint)(Environment.SystemPageSize + dataBytes), out error);
            if (memory != null)
            {
                return new PerfRing(handle, memory, dataBytes, cpu);
            }

            pages /= 2;
        }
        while (pages >= pagesMin);
        handle.Dispose();
        return null;
    }

    /// <summary>Notes how far the kernel has written; records up to there can be read.</summary>
    public void Snapshot() => _head = Volatile.Read(ref *(ulong*)(_base + HeadOffset));

    /// <summary>The next record before the snapshot. Valid until <see cref="Release"/>, or the next call when it wraps.</summary>
    public bool TryPeek(out PerfRecord record)
    {
        record = default;
        ulong available = _head - _position;
        if (available < PerfRecord.HeaderBytes)
        {
            return false;
        }

        // Records are multiples of 8 bytes and the ring is too: a header never wraps.
        ulong at = _position & _mask;
        int size = *(ushort*)(_data + at + 6);
        if (size < PerfRecord.HeaderBytes || (ulong)size > available || (size & 7) != 0)
        {
            Broken++;
            _position = _head;
            return false;
        }

        ulong untilEnd = _mask + 1 - at;
        if ((ulong)size <= untilEnd)
        {
            record = new PerfRecord(new ReadOnlySpan<byte>(_data + at, size));
            return true;
        }

        if (_scratch.Length < size)
        {
            _scratch = new byte[Math.Max(size, 4096)];
        }

        new ReadOnlySpan<byte>(_data + at, (int)untilEnd).CopyTo(_scratch);
        new ReadOnlySpan<byte>(_data, size - (int)untilEnd).CopyTo(_scratch.AsSpan((int)untilEnd));
        record = new PerfRecord(_scratch.AsSpan(0, size));
        return true;
    }

    /// <summary>Goes past a record that <see cref="TryPeek"/> returned.</summary>
    public void Advance(int bytes) => _position += (ulong)bytes;

    /// <summary>Gives the memory of everything read back to the kernel.</summary>
    public void Release() => Volatile.Write(ref *(ulong*)(_base + TailOffset), _position);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_handle is not null && _base != null)
        {
            PerfNative.Unmap(_base, _mappedBytes);
            _handle.Dispose();
        }

        _base = null;
    }
}
