using System.Threading.Channels;
using Hearth.Spool.Disk;

namespace Hearth.Spool;

/// <summary>
/// The one thread that writes. It takes every append that waits, writes them, syncs once and answers them all; whatever
/// fails closes the segment, cut back to its last sync, and refuses the group.
/// </summary>
internal sealed class SpoolWriter(
    SpoolOptions options,
    IDisk disk,
    TimeProvider time,
    SpoolMeter meter,
    SpoolQueue queue,
    ulong nextId)
{
    private readonly byte[] _scratch = SegmentWriter.NewScratch();
    private readonly List<PendingAppend> _group = [];
    private SegmentWriter? _open;
    private ulong _nextId = nextId;
    private long _openBytes;

    /// <summary>Bytes of the open segment; read by any thread.</summary>
    public long OpenBytes => Volatile.Read(ref _openBytes);

    /// <summary>Runs until the channel is completed and empty.</summary>
    public void Run(ChannelReader<PendingAppend> appends)
    {
        try
        {
            RunToEnd(appends);
        }
        catch (Exception e)
        {
            // The one writer is gone: whoever waits, now or later, must hear of it instead of waiting for ever.
            meter.Failure("writer");
            RefuseAll(appends, e);
        }
    }

    private void RunToEnd(ChannelReader<PendingAppend> appends)
    {
        while (WaitForAppend(appends))
        {
            while (appends.TryRead(out PendingAppend? pending))
            {
                Take(pending);
                if (_group.Count >= options.AppendsPendingMax)
                {
                    break;
                }
            }

            CommitGroup();
            CloseIfOld();
        }

        CloseSegment();
    }

    private void RefuseAll(ChannelReader<PendingAppend> appends, Exception cause)
    {
        _group.ForEach(pending => Refuse(pending, AppendStatus.Failed, cause.Message));
        _group.Clear();
        while (appends.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (appends.TryRead(out PendingAppend? pending))
            {
                Refuse(pending, AppendStatus.Failed, $"The spool's writer ended: {cause.Message}");
            }
        }
    }

    private bool WaitForAppend(ChannelReader<PendingAppend> appends)
    {
        while (_open is { CommittedRecords: > 0 } open)
        {
            ValueTask<bool> ready = appends.WaitToReadAsync();
            if (ready.IsCompleted)
            {
                return ready.Result;
            }

            TimeSpan left = TimeSpan.FromMilliseconds(options.SegmentAgeMs) - time.GetElapsedTime(open.OpenedAt);
            Task<bool> task = ready.AsTask();
            if (left > TimeSpan.Zero && WaitUntil(task, left))
            {
                return task.Result;
            }

            CloseIfOld();
        }

        return appends.WaitToReadAsync().AsTask().GetAwaiter().GetResult();
    }

    private bool WaitUntil(Task<bool> ready, TimeSpan limit)
    {
        Task delay = Task.Delay(limit, time);
        return Task.WhenAny(ready, delay).GetAwaiter().GetResult() == ready;
    }

    private void Take(PendingAppend pending)
    {
        if (pending.CloseSegment)
        {
            CommitGroup();
            CloseSegment();
            pending.Done.SetResult(new(AppendStatus.Stored, 0, ""));
            return;
        }

        long size = SegmentFormat.RecordBytes(pending.Payload.Length);
        if (_open is { } open && open.Length + size > options.SegmentBytesMax && open.Length > SegmentFormat.HeaderBytes)
        {
            CommitGroup();
            CloseSegment();
        }

        long header = _open is null ? SegmentFormat.HeaderBytes : 0;
        try
        {
            if (!queue.MakeRoom(size + header, _open?.Length ?? 0))
            {
                Refuse(pending, AppendStatus.Full, $"The spool holds all it may ({options.BytesMax} bytes).");
                return;
            }

            _open ??= SegmentWriter.Create(disk, _nextId++, _scratch, time.GetTimestamp());
            _open.Append(pending.Payload.Span);
            _group.Add(pending);
            Volatile.Write(ref _openBytes, _open.Length);
        }
        catch (DiskException e)
        {
            _group.Add(pending);
            Abandon(e);
        }
    }

    private void CommitGroup()
    {
        if (_group.Count == 0 || _open is null)
        {
            return;
        }

        options.OnStep?.Invoke("spool-before-write");
        try
        {
            _open.WriteOut();
            options.OnStep?.Invoke("spool-before-sync");
            _open.Commit();
        }
        catch (DiskException e)
        {
            Abandon(e);
            return;
        }

        options.OnStep?.Invoke("spool-after-sync");
        long bytes = 0;
        foreach (PendingAppend pending in _group)
        {
            bytes += pending.Payload.Length;
        }

        meter.Stored(_group.Count, bytes);
        AppendResult stored = new(AppendStatus.Stored, _open.Id, "");
        foreach (PendingAppend pending in _group)
        {
            pending.Done.SetResult(stored);
        }

        _group.Clear();
    }

    /// <summary>
    /// After a failed sync the kernel may have dropped the pages and call the next sync a success, so the segment is never written again.
    /// </summary>
    private void Abandon(DiskException e)
    {
        meter.Failure(e.IsNoSpace ? "no-space" : "write-or-sync");
        AppendStatus status = e.IsNoSpace ? AppendStatus.DiskFull : AppendStatus.Failed;
        foreach (PendingAppend pending in _group)
        {
            Refuse(pending, status, e.Message);
        }

        _group.Clear();
        if (_open is { } open)
        {
            open.TryCutBack();
        }

        CloseSegment();
    }

    private void Refuse(PendingAppend pending, AppendStatus status, string reason)
    {
        meter.Refused(status, 1);
        pending.Done.SetResult(new(status, 0, reason));
    }

    private void CloseIfOld()
    {
        if (_open is { CommittedRecords: > 0 } open
            && time.GetElapsedTime(open.OpenedAt) >= TimeSpan.FromMilliseconds(options.SegmentAgeMs))
        {
            CloseSegment();
        }
    }

    private void CloseSegment()
    {
        if (_open is not { } open)
        {
            return;
        }

        _open = null;
        Volatile.Write(ref _openBytes, 0);
        open.Dispose();
        if (open.CommittedRecords > 0)
        {
            queue.SegmentClosed(open.Id, open.CommittedLength, open.CommittedRecords, open.OpenedAt);
            return;
        }

        try
        {
            disk.Delete(SegmentFormat.NameOf(open.Id));
        }
        catch (DiskException)
        {
            meter.Failure("delete");
        }
    }
}
