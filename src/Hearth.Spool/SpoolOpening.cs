using Hearth.Spool.Disk;

namespace Hearth.Spool;

/// <summary>What happens once, before the first append: ownership and recovery.</summary>
internal static class SpoolOpening
{
    /// <summary>Takes the directory for this process, or throws with a sentence.</summary>
    public static FileStream Own(string directory)
    {
        string path = Path.Combine(directory, "lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException($"The spool directory {directory} is in use by another process; give each its own.", e);
        }
    }

    /// <summary>
    /// Finds the segments that wait. Every one is closed: a new process never appends to an old segment, whose end it
    /// cannot judge.
    /// </summary>
    public static (SpoolRecovery Recovery, ulong NextId) Recover(
        IDisk disk,
        ClosedSegments closed,
        SpoolMeter meter)
    {
        int foreign = 0, unreadable = 0;
        long records = 0, corrupt = 0, tail = 0;
        ulong last = 0;
        foreach (DiskEntry entry in disk.List().OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            last = Math.Max(last, IdIn(entry.Name));
            if (!SegmentFormat.TryParseName(entry.Name, out ulong id))
            {
                continue;
            }

            if (TryScan(disk, entry, id) is not { } scan)
            {
                unreadable++;
                meter.Failure("read");
                continue;
            }

            foreign += scan.IsForeign ? 1 : 0;
            records += scan.Records.Count;
            corrupt += scan.CorruptBytes;
            tail += scan.TailBytes;
            if (scan.Records.Count > 0)
            {
                closed.Add(id, entry.Length, scan.Records.Count, 0);
            }
            else if (!scan.IsForeign)
            {
                disk.Delete(entry.Name);
            }
        }

        meter.Damaged("corrupt", corrupt);
        meter.Damaged("tail", tail);
        return (new SpoolRecovery(closed.Count, records, corrupt, tail, foreign, unreadable), last + 1);
    }

    private static SegmentScan? TryScan(IDisk disk, DiskEntry entry, ulong id)
    {
        try
        {
            return SegmentScan.Of(id, disk.Read(entry.Name, Math.Min(entry.Length, Array.MaxLength)));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Ids of dead letters count too: an id is never used twice.</summary>
    private static ulong IdIn(string name)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot == 16 && SegmentFormat.TryParseName(name[..16] + SegmentFormat.Suffix, out ulong id) ? id : 0;
    }
}
