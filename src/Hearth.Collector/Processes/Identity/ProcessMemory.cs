using System.Runtime.InteropServices;

namespace Hearth.Collector.Processes.Identity;

/// <summary>Reads memory of another process by process_vm_readv(2). May hang on memory that a user-space file system backs.</summary>
internal static unsafe partial class ProcessMemory
{
    /// <summary>Fills <paramref name="into"/> from an address; false when any byte of it cannot be read.</summary>
    public static bool TryRead(int pid, ulong address, Span<byte> into)
    {
        fixed (byte* target = into)
        {
            var local = new Range { Start = (nuint)target, Length = (nuint)into.Length };
            var remote = new Range { Start = (nuint)address, Length = (nuint)into.Length };
            return Read(pid, &local, 1, &remote, 1, 0) == into.Length;
        }
    }

    [LibraryImport("libc", EntryPoint = "process_vm_readv", SetLastError = true)]
    private static partial nint Read(int pid, Range* local, nuint localCount, Range* remote, nuint remoteCount, nuint flags);

    /// <summary>struct iovec.</summary>
    private struct Range
    {
        public nuint Start;
        public nuint Length;
    }
}
