using System.Runtime.InteropServices;
using System.Text;

namespace Hearth.Collector.Processes;

/// <summary>
/// Reads small files of procfs by plain system calls: processes end between any two steps here, and an exception per vanished
/// process would cost more than the read.
/// </summary>
internal static unsafe partial class ProcFile
{
    private const int OpenReadOnlyCloseOnExec = 0x80000;
    private const int PathBytesMax = 512;

    /// <summary>Reads a file of at most <paramref name="bytesMax"/> bytes into a buffer that grows when needed.</summary>
    /// <param name="path">Path.</param>
    /// <param name="buffer">Reused from call to call.</param>
    /// <param name="bytesMax">Where reading stops.</param>
    /// <returns>Bytes read; -1 when the file cannot be opened or read.</returns>
    public static int Read(string path, ref byte[] buffer, int bytesMax)
    {
        Span<byte> name = stackalloc byte[PathBytesMax];
        if (Encoding.UTF8.GetMaxByteCount(path.Length) >= name.Length)
        {
            return -1;
        }

        name[Encoding.UTF8.GetBytes(path, name)] = 0;
        int fd;
        fixed (byte* pointer = name)
        {
            fd = Open(pointer, OpenReadOnlyCloseOnExec);
        }

        if (fd < 0)
        {
            return -1;
        }

        int length = 0;
        nint read;
        do
        {
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(Math.Max(buffer.Length * 2, 4096), bytesMax));
            }

            fixed (byte* pointer = buffer)
            {
                read = Read(fd, pointer + length, (nuint)(buffer.Length - length));
            }

            length += (int)Math.Max(read, 0);
        }
        while (read > 0 && length < bytesMax);
        _ = Close(fd);
        return read < 0 && length == 0 ? -1 : length;
    }

    [LibraryImport("libc", EntryPoint = "open")]
    private static partial int Open(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);
}
