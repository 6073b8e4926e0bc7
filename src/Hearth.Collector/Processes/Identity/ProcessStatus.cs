using System.Buffers.Text;
using System.Globalization;

namespace Hearth.Collector.Processes.Identity;

/// <summary>What /proc/pid/status and stat tell about who a process is.</summary>
/// <param name="NamespacePid">Pid in the innermost pid namespace: the one the process itself knows.</param>
/// <param name="Uid">Effective user id in the collector's user namespace.</param>
/// <param name="StartTicks">Start, clock ticks since boot.</param>
internal sealed record ProcessStatus(int NamespacePid, uint Uid, ulong StartTicks)
{
    private const int BytesMax = 64 * 1024;

    /// <summary>Reads it; null when the process is gone, is ending, or the pid belongs to another one by now.</summary>
    public static ProcessStatus? Read(string procRoot, ProcessEntry process)
    {
        byte[] buffer = new byte[4096];
        int length = ProcFile.Read(PathOf(procRoot, process.Pid, "status"), ref buffer, BytesMax);
        if (length <= 0 || !TryParse(buffer.AsSpan(0, length), out int namespacePid, out uint uid))
        {
            return null;
        }

        length = ProcFile.Read(PathOf(procRoot, process.Pid, "stat"), ref buffer, BytesMax);
        if (length <= 0 || !ProcStat.TryParse(buffer.AsSpan(0, length), out ProcStat stat)
            || (process.StartTicks != 0 && stat.StartTicks != process.StartTicks))
        {
            return null;
        }

        return new ProcessStatus(namespacePid, uid, stat.StartTicks);
    }

    /// <summary>
    /// Reads the lines <c>Uid</c> (real, effective, …) and <c>NSpid</c> (outermost first) of the file. False without a
    /// <c>VmSize</c> line: the process has let go of its memory, and with it of its environment and command line.
    /// </summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out int namespacePid, out uint uid)
    {
        namespacePid = 0;
        uid = uint.MaxValue;
        bool hasMemory = false;
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (line.StartsWith("Uid:\t"u8))
            {
                ReadOnlySpan<byte> effective = line[5..];
                effective = effective[(effective.IndexOf((byte)'\t') + 1)..];
                _ = Utf8Parser.TryParse(effective, out uid, out _);
            }
            else if (line.StartsWith("VmSize:"u8))
            {
                hasMemory = true;
            }
            else if (line.StartsWith("NSpid:\t"u8))
            {
                _ = Utf8Parser.TryParse(line[(line.LastIndexOf((byte)'\t') + 1)..], out namespacePid, out _);
            }
        }

        return hasMemory && namespacePid > 0 && uid != uint.MaxValue;
    }

    /// <summary>The path of a file of a process.</summary>
    internal static string PathOf(string procRoot, int pid, string file) =>
        string.Create(CultureInfo.InvariantCulture, $"{procRoot}/{pid}/{file}");
}
