using System.Runtime.InteropServices;

namespace Hearth.Spool.Disk;

/// <summary>A real file. Not safe for several threads: its segment has one writer.</summary>
internal sealed class PosixFile(int fd, string path) : IDiskFile
{
    private int _fd = fd;

    public unsafe void Append(ReadOnlySpan<byte> data)
    {
        fixed (byte* start = data)
        {
            byte* at = start;
            nint left = data.Length;
            while (left > 0)
            {
                nint written = Libc.Write(_fd, at, left);
                if (written < 0)
                {
                    if (Marshal.GetLastPInvokeError() == Libc.Interrupted)
                    {
                        continue;
                    }

                    throw Libc.Failure("write", path);
                }

                at += written;
                left -= written;
            }
        }
    }

    public void Sync()
    {
        if (Libc.SyncData(_fd) < 0)
        {
            throw Libc.Failure("sync", path);
        }
    }

    public void Truncate(long length)
    {
        if (Libc.Truncate(_fd, length) < 0)
        {
            throw Libc.Failure("truncate", path);
        }
    }

    public void Dispose()
    {
        if (_fd >= 0)
        {
            _ = Libc.Close(_fd);
            _fd = -1;
        }
    }
}
