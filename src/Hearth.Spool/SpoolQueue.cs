using System.Threading.Channels;
using Hearth.Spool.Disk;

namespace Hearth.Spool;

/// <summary>
/// A durable, bounded queue of opaque records. <see cref="AppendAsync"/> answers after the record is synced; appends that
/// wait together share one sync. Readers take closed segments, oldest first, and complete them when their content is
/// durable elsewhere. Any number of threads may append and read.
/// </summary>
public sealed class SpoolQueue : IAsyncDisposable
{
    private readonly SpoolOptions _options;
    private readonly IDisk _disk;
    private readonly TimeProvider _time;
    private readonly SpoolMeter _meter;
    private readonly Channel<PendingAppend> _appends;
    private readonly ClosedSegments _closed = new();
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _segmentClosed = new(0);
    private readonly SpoolWriter _writer;
    private readonly FileStream? _lock;
    private readonly Task _writing;
    private bool _closing;

    internal SpoolQueue(string name, SpoolOptions options, IDisk disk, TimeProvider time, FileStream? ownership)
    {
        _options = options;
        _disk = disk;
        _time = time;
        _lock = ownership;
        _meter = new SpoolMeter(name, () => State);
        _appends = Channel.CreateBounded<PendingAppend>(
            new BoundedChannelOptions(options.AppendsPendingMax) { SingleReader = true });
        (Recovery, ulong nextId) = SpoolOpening.Recover(disk, _closed, _meter);
        if (_closed.Count > 0)
        {
            _segmentClosed.Release(_closed.Count);
        }

        _writer = new SpoolWriter(options, disk, time, _meter, this, nextId);
        _writing = Task.Factory.StartNew(
            () => _writer.Run(_appends.Reader),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    /// <summary>What was found at start.</summary>
    public SpoolRecovery Recovery { get; }

    /// <summary>How full it is.</summary>
    public SpoolState State
    {
        get
        {
            lock (_gate)
            {
                long oldest = _closed.OldestOpenedAt;
                TimeSpan age = oldest == 0 ? TimeSpan.Zero : _time.GetElapsedTime(oldest);
                return new SpoolState(_closed.Count, _closed.Bytes + _writer.OpenBytes, _options.BytesMax, age);
            }
        }
    }

    /// <summary>
    /// Opens the spool of a directory and recovers what is in it. Throws <see cref="IOException"/> when the directory cannot
    /// be used or another process owns it.
    /// </summary>
    /// <param name="name">Tag of its metrics, such as "ingest".</param>
    /// <param name="options">Validated options.</param>
    /// <param name="time">Clock of segment ages.</param>
    public static SpoolQueue Open(string name, SpoolOptions options, TimeProvider time)
    {
        PosixDisk disk = new(options.Directory);
        return new SpoolQueue(name, options, disk, time, SpoolOpening.Own(options.Directory));
    }

    /// <summary>
    /// Appends a record and waits until it is durable. The payload must not change until then. Cancelling stops the wait,
    /// not the append.
    /// </summary>
    public async ValueTask<AppendResult> AppendAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (payload.Length > _options.RecordBytesMax)
        {
            _meter.Refused(AppendStatus.TooLarge, 1);
            return new(AppendStatus.TooLarge, 0, $"The record has {payload.Length} bytes; {_options.RecordBytesMax} are allowed.");
        }

        PendingAppend pending = new(payload, closeSegment: false);
        return await EnqueueAsync(pending, cancellationToken).ConfigureAwait(false)
            ? await pending.Done.Task.WaitAsync(cancellationToken).ConfigureAwait(false)
            : new(AppendStatus.Closed, 0, "The spool is closing.");
    }

    /// <summary>Closes the open segment now, if it holds a record, so that a reader can have it.</summary>
    public async Task CloseSegmentAsync(CancellationToken cancellationToken)
    {
        PendingAppend pending = new(default, closeSegment: true);
        if (await EnqueueAsync(pending, cancellationToken).ConfigureAwait(false))
        {
            await pending.Done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Waits for the oldest closed segment that no reader holds and reads it. Null when the spool has closed and nothing is
    /// left. A segment without a sound record is removed and passed over.
    /// </summary>
    public async ValueTask<SpoolSegment?> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _segmentClosed.WaitAsync(cancellationToken).ConfigureAwait(false);
            ClosedSegments.Entry? entry;
            lock (_gate)
            {
                entry = _closed.Take();
                if (entry is null)
                {
                    if (!_closing)
                    {
                        continue;
                    }

                    _segmentClosed.Release();
                    return null;
                }
            }

            if (TryRead(entry) is { } segment)
            {
                return segment;
            }
        }
    }

    /// <summary>
    /// The records of all closed segments, oldest first, without taking them: what a new owner wants to know before it starts.
    /// </summary>
    public IEnumerable<ReadOnlyMemory<byte>> ReadWaiting()
    {
        List<ClosedSegments.Entry> waiting;
        lock (_gate)
        {
            waiting = _closed.ToList();
        }

        foreach (ClosedSegments.Entry entry in waiting)
        {
            SegmentScan scan = SegmentScan.Of(entry.Id, _disk.Read(SegmentFormat.NameOf(entry.Id), entry.Bytes));
            foreach (ReadOnlyMemory<byte> record in scan.Records)
            {
                yield return record;
            }
        }
    }

    /// <summary>Removes a segment whose content is durable elsewhere. The removal itself is made durable.</summary>
    public void Complete(SpoolSegment segment) => Forget(segment.Id);

    /// <summary>Gives a segment back; the next <see cref="TakeAsync"/> returns it again.</summary>
    public void GiveBack(SpoolSegment segment)
    {
        lock (_gate)
        {
            _closed.GiveBack(segment.Id);
        }

        _segmentClosed.Release();
    }

    /// <summary>Puts a segment aside with a reason that a person can read; it waits no longer and is not lost.</summary>
    public void DeadLetter(SpoolSegment segment, string reason)
    {
        _meter.Dropped("dead-letter", segment.Records.Count);
        DeadLetters.Add(_disk, segment.Id, reason, _options.DeadLetterBytesMax);
        lock (_gate)
        {
            _closed.Remove(segment.Id);
        }
    }

    /// <summary>Syncs and closes what is open. Appends that come later are refused.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_closing)
            {
                return;
            }

            _closing = true;
        }

        _appends.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
        _segmentClosed.Release();
        _meter.Dispose();
        if (_lock is not null)
        {
            await _lock.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Called by the writer: a segment is closed and may be read.</summary>
    internal void SegmentClosed(ulong id, long bytes, int records, long openedAt)
    {
        lock (_gate)
        {
            _closed.Add(id, bytes, records, openedAt);
        }

        _segmentClosed.Release();
    }

    /// <summary>
    /// Called by the writer: true when <paramref name="bytes"/> more fit, after dropping the oldest if that is the policy.
    /// </summary>
    internal bool MakeRoom(long bytes, long open)
    {
        while (true)
        {
            ClosedSegments.Entry? oldest;
            lock (_gate)
            {
                if (_closed.Bytes + open + bytes <= _options.BytesMax)
                {
                    return true;
                }

                oldest = _options.Policy == SpoolPolicy.DropOldest ? _closed.Take() : null;
            }

            if (oldest is null)
            {
                return false;
            }

            _meter.Dropped("oldest", oldest.Records);
            Forget(oldest.Id);
        }
    }

    /// <summary>A segment that the disk does not give back stays where it is, and held: the next start tries again.</summary>
    private SpoolSegment? TryRead(ClosedSegments.Entry entry)
    {
        try
        {
            SegmentScan scan = SegmentScan.Of(entry.Id, _disk.Read(SegmentFormat.NameOf(entry.Id), entry.Bytes));
            if (scan.Records.Count > 0)
            {
                return new SpoolSegment(entry.Id, entry.Bytes, scan.Records);
            }

            Forget(entry.Id);
        }
        catch (IOException)
        {
            _meter.Failure("read");
        }

        return null;
    }

    private void Forget(ulong id)
    {
        _disk.Delete(SegmentFormat.NameOf(id));
        _disk.SyncDirectory();
        lock (_gate)
        {
            _closed.Remove(id);
        }
    }

    private async ValueTask<bool> EnqueueAsync(PendingAppend pending, CancellationToken cancellationToken)
    {
        try
        {
            await _appends.Writer.WriteAsync(pending, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ChannelClosedException)
        {
            return false;
        }
    }
}
