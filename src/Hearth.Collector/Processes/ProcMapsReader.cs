using System.Buffers.Text;

namespace Hearth.Collector.Processes;

/// <summary>
/// Reads the executable lines of /proc/pid/maps: <c>start-end perms offset major:minor inode   path</c>, numbers hexadecimal but
/// the inode (Documentation/filesystems/proc.rst).
/// </summary>
internal static class ProcMapsReader
{
    /// <summary>Bytes of a maps file that are read: about 80 000 lines.</summary>
    public const int BytesMax = 8 * 1024 * 1024;

    /// <summary>Enters every executable range into a table; lines that make no sense are left out.</summary>
    /// <returns>Executable ranges found.</returns>
    public static int Parse(ReadOnlySpan<byte> text, MappedFileTable files, MappingTable table)
    {
        int found = 0;
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (TryParseLine(line, files, out ProcessMapping mapping))
            {
                table.Insert(mapping);
                found++;
            }
        }

        return found;
    }

    private static bool TryParseLine(ReadOnlySpan<byte> line, MappedFileTable files, out ProcessMapping mapping)
    {
        mapping = default;
        if (!TakeHex(ref line, (byte)'-', out ulong start) || !TakeHex(ref line, (byte)' ', out ulong limit) || line.Length < 5)
        {
            return false;
        }

        bool executable = line[2] == 'x';
        line = line[5..];
        if (!executable
            || !TakeHex(ref line, (byte)' ', out ulong offset)
            || !TakeHex(ref line, (byte)':', out ulong major)
            || !TakeHex(ref line, (byte)' ', out ulong minor)
            || !Utf8Parser.TryParse(line, out ulong inode, out int used))
        {
            return false;
        }

        ReadOnlySpan<byte> path = line[used..].TrimStart((byte)' ');
        mapping = new ProcessMapping(start, limit, offset, files.Get(path, (major << 32) | minor, inode));
        return limit > start;
    }

    private static bool TakeHex(ref ReadOnlySpan<byte> text, byte terminator, out ulong value)
    {
        if (!Utf8Parser.TryParse(text, out value, out int used, 'x') || used >= text.Length || text[used] != terminator)
        {
            return false;
        }

        text = text[(used + 1)..];
        return true;
    }
}
