using System.Reflection;
using System.Runtime.InteropServices;

namespace Hearth.Spool.Disk;

/// <summary>
/// The system calls of the spool. .NET 10's own flush ignores a failed fsync (its native shim compares inside the
/// assignment), and it cannot open a directory, so both are called here. Symbols are looked up in the running program, not
/// in a library of their own, so that a preloaded fault injector sees the calls.
/// </summary>
internal static partial class Libc
{
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int Append = 0x400;
    public const int CloseOnExec = 0x80000;
    public const int Interrupted = 4;
    public const int NoEntry = 2;

    /// <summary>O_DIRECTORY, which is not the same bit on every architecture.</summary>
    public static readonly int Directory =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x4000 : 0x10000;

    private const string Program = "running-program";

    static Libc() => NativeLibrary.SetDllImportResolver(typeof(Libc).Assembly, Resolve);

    [LibraryImport(Program, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, uint mode);

    [LibraryImport(Program, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    [LibraryImport(Program, EntryPoint = "write", SetLastError = true)]
    public static unsafe partial nint Write(int fd, byte* data, nint length);

    [LibraryImport(Program, EntryPoint = "fsync", SetLastError = true)]
    public static partial int Sync(int fd);

    [LibraryImport(Program, EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int SyncData(int fd);

    [LibraryImport(Program, EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int Truncate(int fd, long length);

    [LibraryImport(Program, EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unlink(string path);

    [LibraryImport(Program, EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(string from, string to);

    public static DiskException Failure(string operation, string path)
    {
        int error = Marshal.GetLastPInvokeError();
        return new DiskException(operation, path, error, Marshal.GetPInvokeErrorMessage(error));
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == Program ? NativeLibrary.GetMainProgramHandle() : 0;
}
