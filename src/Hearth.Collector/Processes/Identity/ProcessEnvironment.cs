using System.Text;

namespace Hearth.Collector.Processes.Identity;

/// <summary>The environment a program was started with. Read for a few names only and never kept or sent as a whole.</summary>
internal sealed class ProcessEnvironment
{
    /// <summary>Bytes of the environment that are read.</summary>
    public const int BytesMax = 128 * 1024;

    private readonly byte[] _block;

    /// <summary>Wraps the block: <c>NAME=value</c> entries, each ended by a NUL.</summary>
    public ProcessEnvironment(byte[] block) => _block = block;

    /// <summary>Reads /proc/pid/environ; empty when that is not permitted. Reads the target's memory, so it may hang.</summary>
    public static ProcessEnvironment Read(string procRoot, int pid)
    {
        byte[] buffer = new byte[8192];
        int length = ProcFile.Read(ProcessStatus.PathOf(procRoot, pid, "environ"), ref buffer, BytesMax);
        return new ProcessEnvironment(length <= 0 ? [] : buffer[..length]);
    }

    /// <summary>The value of a variable; null when it is not set, or cut off by <see cref="BytesMax"/>.</summary>
    public string? Find(string name)
    {
        Span<byte> key = stackalloc byte[128];
        if (!Encoding.UTF8.TryGetBytes(name, key[..^1], out int length))
        {
            return null;
        }

        key[length++] = (byte)'=';
        ReadOnlySpan<byte> rest = _block;
        while (rest.IndexOf((byte)0) is var end and >= 0)
        {
            if (rest[..end].StartsWith(key[..length]))
            {
                return Encoding.UTF8.GetString(rest[length..end]);
            }

            rest = rest[(end + 1)..];
        }

        return null;
    }
}
