using System.Runtime.InteropServices;

namespace Hearth.Spool.Disk;

/// <summary>A real directory.</summary>
internal sealed class PosixDisk : IDisk
{
    private readonly string _directory;

    /// <summary>Makes the directory, and makes its own entry durable, when it is missing.</summary>
    public PosixDisk(string directory)
    {
        _directory = Path.GetFullPath(directory);
        if (!System.IO.Directory.Exists(_directory))
        {
            System.IO.Directory.CreateDirectory(_directory);
            SyncDirectory(Path.GetDirectoryName(_directory) ?? "/");
        }
    }

    public IReadOnlyList<DiskEntry> List() =>
        [.. new DirectoryInfo(_directory).EnumerateFiles().Select(f => new DiskEntry(f.Name, f.Length))];

    public IDiskFile Create(string name)
    {
        string path = PathOf(name);
        int fd = Libc.Open(path, Libc.WriteOnly | Libc.Create | Libc.Exclusive | Libc.Append | Libc.CloseOnExec, 0x180);
        return fd >= 0 ? new PosixFile(fd, path) : throw Libc.Failure("create", path);
    }

    public byte[] Read(string name, long bytesMax)
    {
        using FileStream stream = new(PathOf(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
        byte[] data = new byte[Math.Min(stream.Length, bytesMax)];
        int read = stream.ReadAtLeast(data, data.Length, throwOnEndOfStream: false);
        return read == data.Length ? data : data[..read];
    }

    public void Delete(string name)
    {
        string path = PathOf(name);
        if (Libc.Unlink(path) < 0 && Marshal.GetLastPInvokeError() != Libc.NoEntry)
        {
            throw Libc.Failure("delete", path);
        }
    }

    public void Rename(string name, string to)
    {
        if (Libc.Rename(PathOf(name), PathOf(to)) < 0)
        {
            throw Libc.Failure("rename", PathOf(name));
        }
    }

    public void SyncDirectory() => SyncDirectory(_directory);

    private static void SyncDirectory(string path)
    {
        int fd = Libc.Open(path, Libc.ReadOnly | Libc.Directory | Libc.CloseOnExec, 0);
        if (fd < 0)
        {
            throw Libc.Failure("open directory", path);
        }

        try
        {
            if (Libc.Sync(fd) < 0)
            {
                throw Libc.Failure("sync directory", path);
            }
        }
        finally
        {
            _ = Libc.Close(fd);
        }
    }

    private string PathOf(string name) => Path.Combine(_directory, name);
}
