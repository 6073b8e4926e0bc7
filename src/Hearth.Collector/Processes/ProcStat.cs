using System.Buffers.Text;

namespace Hearth.Collector.Processes;

/// <summary>What /proc/pid/stat tells (Documentation/filesystems/proc.rst, table 1-4).</summary>
/// <param name="Comm">Name, at most 15 bytes, control characters replaced.</param>
/// <param name="IsKernelThread">PF_KTHREAD is set.</param>
/// <param name="UserTicks">CPU time in user mode, clock ticks.</param>
/// <param name="SystemTicks">CPU time in the kernel, clock ticks.</param>
/// <param name="StartTicks">Start, clock ticks since boot.</param>
internal readonly record struct ProcStat(string Comm, bool IsKernelThread, ulong UserTicks, ulong SystemTicks, ulong StartTicks)
{
    private const ulong KernelThreadFlag = 0x00200000;

    /// <summary>Parses the file; false when it is not complete.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ProcStat stat)
    {
        stat = default;

        // The name stands in parentheses and may itself hold spaces and parentheses.
        int open = text.IndexOf((byte)'(');
        int close = text.LastIndexOf((byte)')');
        if (open < 0 || close < open || close + 4 > text.Length)
        {
            return false;
        }

        string comm = MappedFileTable.CleanText(text[(open + 1)..close], 64);
        ReadOnlySpan<byte> rest = text[(close + 4)..];
        Span<ulong> fields = stackalloc ulong[19];
        for (int i = 0; i < fields.Length; i++)
        {
            if (!Utf8Parser.TryParse(rest, out long value, out int used))
            {
                return false;
            }

            fields[i] = (ulong)value;
            rest = used < rest.Length ? rest[(used + 1)..] : default;
        }

        // fields[0] is field 4 of the file: flags are field 9, utime 14, stime 15, starttime 22.
        stat = new ProcStat(comm, (fields[5] & KernelThreadFlag) != 0, fields[10], fields[11], fields[18]);
        return true;
    }
}
