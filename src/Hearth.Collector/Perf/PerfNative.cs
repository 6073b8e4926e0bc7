using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Collector.Perf;

/// <summary>The system calls behind perf events. Numbers and layouts: include/uapi/linux/perf_event.h, asm/unistd.h.</summary>
internal static unsafe partial class PerfNative
{
    /// <summary>ioctl: start counting.</summary>
    public const uint IoctlEnable = 0x2400;

    /// <summary>ioctl: write records to another event's ring.</summary>
    public const uint IoctlSetOutput = 0x2405;

    /// <summary>poll: readable.</summary>
    public const short PollIn = 1;

    /// <summary>poll: error.</summary>
    public const short PollError = 8;

    /// <summary>poll: the event's task and all its inherited events are gone.</summary>
    public const short PollHangUp = 16;

    private const int OpenCloseOnExec = 8;
    private const int ProtectReadWrite = 3;
    private const int MapShared = 1;
    private const int EventNonBlockingCloseOnExec = 0x80000 | 0x800;

    private static nint OpenNumber => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 241 : 298;

    /// <summary>perf_event_open. Returns null and the errno when the kernel refuses.</summary>
    /// <param name="attributes">A perf_event_attr.</param>
    /// <param name="pid">Thread, or -1 for all (with a CPU), 0 for the calling thread.</param>
    /// <param name="cpu">CPU.</param>
    /// <param name="error">errno.</param>
    public static SafeFileHandle? Open(ReadOnlySpan<byte> attributes, int pid, int cpu, out int error)
    {
        fixed (byte* pointer = attributes)
        {
            nint result = Syscall(OpenNumber, pointer, pid, cpu, -1, OpenCloseOnExec);
            error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
            return result < 0 ? null : new SafeFileHandle(result, ownsHandle: true);
        }
    }

    /// <summary>Maps a ring. Returns null and the errno when the kernel refuses.</summary>
    public static byte* Map(SafeFileHandle handle, nuint length, out int error)
    {
        nint result = Mmap(0, length, ProtectReadWrite, MapShared, handle, 0);
        error = result == -1 ? Marshal.GetLastPInvokeError() : 0;
        return result == -1 ? null : (byte*)result;
    }

    /// <summary>Unmaps a ring.</summary>
    public static void Unmap(byte* address, nuint length) => _ = Munmap((nint)address, length);

    /// <summary>ioctl with an integer argument; false and the errno when refused.</summary>
    public static bool Control(SafeFileHandle handle, uint request, nint argument, out int error)
    {
        int result = Ioctl(handle, request, argument);
        error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
        return result >= 0;
    }

    /// <summary>An eventfd that wakes a thread waiting in <see cref="Wait"/>.</summary>
    public static SafeFileHandle CreateWakeEvent()
    {
        int fd = Eventfd(0, EventNonBlockingCloseOnExec);
        return fd >= 0
            ? new SafeFileHandle(fd, ownsHandle: true)
            : throw new IOException($"eventfd failed: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
    }

    /// <summary>Signals an eventfd.</summary>
    public static void Signal(SafeFileHandle wakeEvent)
    {
        ulong one = 1;
        _ = Write(wakeEvent, &one, sizeof(ulong));
    }

    /// <summary>poll(2): waits until one of the descriptors is ready or time is up. An interrupted wait counts as time being up.</summary>
    public static int Wait(Span<PollDescriptor> descriptors, int timeoutMs)
    {
        fixed (PollDescriptor* pointer = descriptors)
        {
            return Poll(pointer, (nuint)descriptors.Length, timeoutMs);
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Syscall(nint number, void* attributes, nint pid, nint cpu, nint group, nint flags);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Mmap(nint address, nuint length, int protection, int flags, SafeFileHandle handle, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Munmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Ioctl(SafeFileHandle handle, nuint request, nint argument);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int Eventfd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle handle, void* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(PollDescriptor* descriptors, nuint count, int timeoutMs);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PollDescriptor
    {
        /// <summary>Descriptor; negative ones are skipped.</summary>
        public int Fd;

        /// <summary>What to wait for.</summary>
        public short Events;

        /// <summary>What happened.</summary>
        public short Returned;
    }
}
