using System.Buffers.Binary;

namespace Hearth.Collector.Perf;

/// <summary>
/// Builds the perf_event_attr of the CPU sampler: software cpu-clock with a fixed period, call chains by frame pointers, and
/// the records that say what processes map, execute and leave. Layout: include/uapi/linux/perf_event.h, 136 bytes.
/// </summary>
internal static class PerfAttributes
{
    /// <summary>Bytes of the structure.</summary>
    public const int Size = 136;

    private const int SampleIp = 0x1;
    private const int SampleTid = 0x2;
    private const int SampleTime = 0x4;
    private const int SampleCallchain = 0x20;
    private const int SampleCpu = 0x80;
    private const int SamplePeriod = 0x100;
    private const int TypeSoftware = 1;
    private const int ConfigCpuClock = 0;
    private const int ClockMonotonic = 1;

    private const int FlagDisabled = 0;
    private const int FlagInherit = 1;
    private const int FlagExcludeKernel = 5;
    private const int FlagExcludeHypervisor = 6;
    private const int FlagExcludeIdle = 7;
    private const int FlagMmap = 8;
    private const int FlagComm = 9;
    private const int FlagTask = 13;
    private const int FlagWatermark = 14;
    private const int FlagSampleIdAll = 18;
    private const int FlagExcludeKernelChain = 21;
    private const int FlagMmap2 = 23;
    private const int FlagCommExec = 24;
    private const int FlagUseClockId = 25;
    private const int FlagKsymbol = 29;

    /// <summary>Fills a perf_event_attr.</summary>
    /// <param name="buffer">At least <see cref="Size"/> bytes.</param>
    /// <param name="request">What to sample.</param>
    public static void Write(Span<byte> buffer, in PerfRequest request)
    {
        buffer[..Size].Clear();
        ulong flags = Bit(FlagDisabled) | Bit(FlagExcludeHypervisor) | Bit(FlagExcludeIdle) | Bit(FlagMmap) | Bit(FlagComm) | Bit(FlagTask)
            | Bit(FlagWatermark) | Bit(FlagSampleIdAll) | Bit(FlagMmap2) | Bit(FlagCommExec) | Bit(FlagUseClockId);
        flags |= request.UserOnly ? Bit(FlagExcludeKernel) | Bit(FlagExcludeKernelChain) : 0;
        flags |= request.Inherit ? Bit(FlagInherit) : 0;
        flags |= request.KernelSymbols ? Bit(FlagKsymbol) : 0;
        BinaryPrimitives.WriteUInt32LittleEndian(buffer, TypeSoftware);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer[4..], Size);
        BinaryPrimitives.WriteUInt64LittleEndian(buffer[8..], ConfigCpuClock);
        BinaryPrimitives.WriteUInt64LittleEndian(buffer[16..], (ulong)request.PeriodNanos);
        BinaryPrimitives.WriteUInt64LittleEndian(
            buffer[24..], SampleIp | SampleTid | SampleTime | SampleCallchain | SampleCpu | SamplePeriod);
        BinaryPrimitives.WriteUInt64LittleEndian(buffer[40..], flags);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer[48..], (uint)request.WakeupBytes);
        BinaryPrimitives.WriteInt32LittleEndian(buffer[92..], ClockMonotonic);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer[108..], (ushort)request.FramesMax);
    }

    private static ulong Bit(int bit) => 1UL << bit;
}
