using System.Text;
using Hearth.Spool.Disk;

namespace Hearth.Spool;

/// <summary>Segments put aside: the file under another name, and beside it a text that says why.</summary>
internal static class DeadLetters
{
    private const int ReasonCharsMax = 4096;

    public static void Add(IDisk disk, ulong id, string reason, long bytesMax)
    {
        string segment = SegmentFormat.NameOf(id);
        string stem = segment[..16];
        disk.Delete(stem + SegmentFormat.ReasonSuffix);
        using (IDiskFile file = disk.Create(stem + SegmentFormat.ReasonSuffix))
        {
            file.Append(Encoding.UTF8.GetBytes(reason.Length > ReasonCharsMax ? reason[..ReasonCharsMax] : reason));
            file.Sync();
        }

        disk.Rename(segment, stem + SegmentFormat.DeadSuffix);
        disk.SyncDirectory();
        Trim(disk, bytesMax);
    }

    private static void Trim(IDisk disk, long bytesMax)
    {
        List<DiskEntry> dead =
        [
            .. disk.List()
                .Where(e => e.Name.EndsWith(SegmentFormat.DeadSuffix, StringComparison.Ordinal))
                .OrderBy(e => e.Name, StringComparer.Ordinal),
        ];
        long bytes = dead.Sum(e => e.Length);
        foreach (DiskEntry oldest in dead)
        {
            if (bytes <= bytesMax)
            {
                return;
            }

            disk.Delete(oldest.Name);
            disk.Delete(oldest.Name[..16] + SegmentFormat.ReasonSuffix);
            bytes -= oldest.Length;
        }
    }
}
