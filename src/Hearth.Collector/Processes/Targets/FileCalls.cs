using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Collector.Processes.Targets;

/// <summary>The system calls that open other processes' files without following them anywhere.</summary>
internal static unsafe partial class FileCalls
{
    private const int OpenAt2Number = 437;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int NoTerminal = 0x100;
    private const int PathOnly = 0x200000;
    private const int PathBytesMax = 4096;

    // openat2(2): RESOLVE_NO_MAGICLINKS and RESOLVE_IN_ROOT.
    private const ulong StayInside = 0x02 | 0x10;

    private static readonly int StatxNumber = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 291 : 332;

    /// <summary>Opens a path as a mere reference: nothing is read, and a FIFO or device does nothing.</summary>
    public static SafeFileHandle? OpenReference(string path, out int error) => Open(path, PathOnly | CloseOnExec, out error);

    /// <summary>Opens what a reference refers to for reading; never waits for the other end of a FIFO.</summary>
    public static SafeFileHandle? Reopen(SafeFileHandle reference, out int error) =>
        Open($"/proc/self/fd/{reference.DangerousGetHandle()}", CloseOnExec | NonBlocking | NoTerminal, out error);

    /// <summary>Opens a path below a root as a reference. Links are followed inside the root only.</summary>
    public static SafeFileHandle? OpenReferenceBelow(SafeFileHandle root, string path, out int error)
    {
        Span<byte> name = stackalloc byte[PathBytesMax];
        if (!TryEncode(path, name))
        {
            error = 36; // ENAMETOOLONG
            return null;
        }

        ulong* how = stackalloc ulong[3] { PathOnly | CloseOnExec, 0, StayInside };
        bool held = false;
        try
        {
            root.DangerousAddRef(ref held);
            fixed (byte* text = name)
            {
                nint fd = Syscall4(OpenAt2Number, root.DangerousGetHandle(), (nint)text, (nint)how, 3 * sizeof(ulong));
                error = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
                return fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
            }
        }
        finally
        {
            if (held)
            {
                root.DangerousRelease();
            }
        }
    }

    /// <summary>Asks what a handle refers to.</summary>
    public static bool TryGetStatus(SafeFileHandle handle, out FileStatus status)
    {
        const int EmptyPath = 0x1000;
        const int BasicStats = 0x7FF;
        status = default;
        byte* buffer = stackalloc byte[256];
        byte empty = 0;
        bool held = false;
        try
        {
            handle.DangerousAddRef(ref held);
            if (Syscall5(StatxNumber, handle.DangerousGetHandle(), (nint)(&empty), EmptyPath, BasicStats, (nint)buffer) != 0)
            {
                return false;
            }
        }
        finally
        {
            if (held)
            {
                handle.DangerousRelease();
            }
        }

        status = ParseStatus(new ReadOnlySpan<byte>(buffer, 256));
        return true;
    }

    /// <summary>True for file systems whose answers cannot wait for a user-space program or a network.</summary>
    public static bool IsLocal(SafeFileHandle handle)
    {
        byte* buffer = stackalloc byte[512];
        if (FileSystemStatus(handle, buffer) != 0)
        {
            return false;
        }

        // statfs(2): ext2/3/4, XFS, Btrfs, tmpfs, ramfs, squashfs, ZFS, F2FS, EROFS. Not overlayfs: what lies below it is unknown.
        return *(uint*)buffer is 0xEF53 or 0x58465342 or 0x9123683E or 0x01021994 or 0x858458F6 or 0x73717368
            or 0x2FC12FC1 or 0xF2F52010 or 0xE0F5E1E2;
    }

    private static FileStatus ParseStatus(ReadOnlySpan<byte> statx)
    {
        long seconds = BinaryPrimitives.ReadInt64LittleEndian(statx[112..]);
        uint nanos = BinaryPrimitives.ReadUInt32LittleEndian(statx[120..]);
        ulong device = ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(statx[136..]) << 32)
            | BinaryPrimitives.ReadUInt32LittleEndian(statx[140..]);
        return new FileStatus(
            BinaryPrimitives.ReadUInt16LittleEndian(statx[28..]),
            BinaryPrimitives.ReadUInt32LittleEndian(statx[20..]),
            new FileIdentity(
                device,
                BinaryPrimitives.ReadUInt64LittleEndian(statx[32..]),
                unchecked((seconds * 1_000_000_000) + nanos),
                BinaryPrimitives.ReadInt64LittleEndian(statx[40..])));
    }

    private static SafeFileHandle? Open(string path, int flags, out int error)
    {
        Span<byte> name = stackalloc byte[PathBytesMax];
        if (!TryEncode(path, name))
        {
            error = 36; // ENAMETOOLONG
            return null;
        }

        fixed (byte* text = name)
        {
            int fd = OpenFile(text, flags);
            error = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
            return fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
        }
    }

    private static bool TryEncode(string path, Span<byte> into)
    {
        if (!Encoding.UTF8.TryGetBytes(path, into[..^1], out int length) || path.Contains('\0', StringComparison.Ordinal))
        {
            return false;
        }

        into[length] = 0;
        return true;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int OpenFile(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    private static partial int FileSystemStatus(SafeFileHandle handle, byte* buffer);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Syscall4(nint number, nint a, nint b, nint c, nint d);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Syscall5(nint number, nint a, nint b, nint c, nint d, nint e);
}
