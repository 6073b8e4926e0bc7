using Hearth.Spool.Disk;

namespace Hearth.Spool;

/// <summary>
/// The segment that is being filled. A record counts once <see cref="Commit"/> returned; after any failure the segment is
/// cut back to the last commit, if the disk still lets it, and must be closed.
/// </summary>
internal sealed class SegmentWriter : IDisposable
{
    private const int ScratchBytes = 1 << 20;

    private readonly IDisk _disk;
    private readonly IDiskFile _file;
    private readonly byte[] _scratch;
    private int _buffered;
    private bool _entryDurable;

    private SegmentWriter(ulong id, IDisk disk, IDiskFile file, byte[] scratch, long openedAt)
    {
        Id = id;
        _disk = disk;
        _file = file;
        _scratch = scratch;
        OpenedAt = openedAt;
        SegmentFormat.WriteHeader(scratch, id);
        _buffered = SegmentFormat.HeaderBytes;
        Length = SegmentFormat.HeaderBytes;
    }

    /// <summary>Scratch memory for one writer at a time.</summary>
    public static byte[] NewScratch() => new byte[ScratchBytes];

    /// <summary>The segment's id.</summary>
    public ulong Id { get; }

    /// <summary>Timestamp of its creation, in the clock's ticks.</summary>
    public long OpenedAt { get; }

    /// <summary>Bytes written, committed or not.</summary>
    public long Length { get; private set; }

    /// <summary>Bytes that are durable.</summary>
    public long CommittedLength { get; private set; }

    /// <summary>Records that are durable.</summary>
    public int CommittedRecords { get; private set; }

    private int Records { get; set; }

    public static SegmentWriter Create(IDisk disk, ulong id, byte[] scratch, long now) =>
        new(id, disk, disk.Create(SegmentFormat.NameOf(id)), scratch, now);

    public void Append(ReadOnlySpan<byte> payload)
    {
        int size = (int)SegmentFormat.RecordBytes(payload.Length);
        if (_scratch.Length - _buffered < Math.Min(size, SegmentFormat.RecordHeaderBytes + 8))
        {
            WriteOut();
        }

        SegmentFormat.WriteRecordHeader(_scratch.AsSpan(_buffered), Id, (ulong)Records, payload);
        _buffered += SegmentFormat.RecordHeaderBytes;
        int padding = size - SegmentFormat.RecordHeaderBytes - payload.Length;
        if (_scratch.Length - _buffered < payload.Length + padding)
        {
            WriteOut();
            _file.Append(payload);
        }
        else
        {
            payload.CopyTo(_scratch.AsSpan(_buffered));
            _buffered += payload.Length;
        }

        _scratch.AsSpan(_buffered, padding).Clear();
        _buffered += padding;
        Length += size;
        Records++;
    }

    public void WriteOut()
    {
        if (_buffered > 0)
        {
            _file.Append(_scratch.AsSpan(0, _buffered));
            _buffered = 0;
        }
    }

    /// <summary>Makes everything appended durable, the file's own entry included.</summary>
    public void Commit()
    {
        WriteOut();
        _file.Sync();
        if (!_entryDurable)
        {
            _disk.SyncDirectory();
            _entryDurable = true;
        }

        CommittedLength = Length;
        CommittedRecords = Records;
    }

    /// <summary>Cuts off what was not committed; best effort, as readers look at <see cref="CommittedLength"/> only.</summary>
    public bool TryCutBack()
    {
        try
        {
            _file.Truncate(CommittedLength);
            return true;
        }
        catch (DiskException)
        {
            return false;
        }
    }

    public void Dispose() => _file.Dispose();
}
