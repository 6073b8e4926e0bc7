using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Hearth.Collector.Perf;

/// <summary>
/// A record as it lies in a ring, read in place. The layout follows from the sample bits of <see cref="PerfAttributes"/>:
/// samples are ip, pid and tid, time, cpu, period, call chain; every other record ends with pid and tid, time, cpu.
/// Records shorter than their type needs read as zero.
/// </summary>
internal readonly ref struct PerfRecord
{
    /// <summary>Bytes of the header: type u32, misc u16, size u16.</summary>
    public const int HeaderBytes = 8;

    private const int TrailerBytes = 24;
    private const ushort MiscExec = 0x2000;
    private readonly ReadOnlySpan<byte> _bytes;

    /// <summary>Wraps a whole record, header included.</summary>
    public PerfRecord(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Kind.</summary>
    public PerfRecordType Type => (PerfRecordType)UInt32(0);

    /// <summary>Bytes, header included.</summary>
    public int Length => _bytes.Length;

    /// <summary>CLOCK_MONOTONIC nanoseconds.</summary>
    public ulong TimeNanos => Type == PerfRecordType.Sample ? UInt64(24) : UInt64(_bytes.Length - TrailerBytes + 8);

    /// <summary>Comm: the record is about an exec.</summary>
    public bool IsExec => (BinaryPrimitives.ReadUInt16LittleEndian(_bytes[4..]) & MiscExec) != 0;

    /// <summary>Sample: instruction pointer.</summary>
    public ulong SampleIp => UInt64(8);

    /// <summary>Sample: process; 0 idle or outside of our pid namespace, -1 a task that is being torn down.</summary>
    public int SamplePid => (int)UInt32(16);

    /// <summary>Sample: thread.</summary>
    public int SampleTid => (int)UInt32(20);

    /// <summary>Sample: instruction pointers with context markers between, leaf first.</summary>
    public ReadOnlySpan<ulong> Callchain
    {
        get
        {
            ulong count = UInt64(48);
            ReadOnlySpan<byte> rest = _bytes.Length > 56 ? _bytes[56..] : default;
            ReadOnlySpan<ulong> all = MemoryMarshal.Cast<byte, ulong>(rest);
            return count <= (ulong)all.Length ? all[..(int)count] : all;
        }
    }

    /// <summary>Comm, Mmap2, Fork, Exit: process.</summary>
    public int Pid => (int)UInt32(8);

    /// <summary>Comm, Mmap2: thread.</summary>
    public int Tid => (int)UInt32(12);

    /// <summary>Comm: name.</summary>
    public ReadOnlySpan<byte> Comm => Text(16);

    /// <summary>Fork, Exit: parent process.</summary>
    public int ParentPid => (int)UInt32(12);

    /// <summary>Fork, Exit: thread.</summary>
    public int TaskTid => (int)UInt32(16);

    /// <summary>Mmap2: first address.</summary>
    public ulong MapStart => UInt64(16);

    /// <summary>Mmap2: length, bytes.</summary>
    public ulong MapLength => UInt64(24);

    /// <summary>Mmap2: file offset, bytes.</summary>
    public ulong MapOffset => UInt64(32);

    /// <summary>Mmap2: device, major × 2^32 + minor.</summary>
    public ulong MapDevice => ((ulong)UInt32(40) << 32) | UInt32(44);

    /// <summary>Mmap2: inode.</summary>
    public ulong MapInode => UInt64(48);

    /// <summary>Mmap2: inode generation.</summary>
    public ulong MapGeneration => UInt64(56);

    /// <summary>Mmap2: PROT_ bits; 4 is executable.</summary>
    public uint MapProtection => UInt32(64);

    /// <summary>Mmap2: path as the kernel prints it.</summary>
    public ReadOnlySpan<byte> MapPath => Text(72);

    /// <summary>Lost: records; LostSamples: samples.</summary>
    public ulong LostCount => Type == PerfRecordType.Lost ? UInt64(16) : UInt64(8);

    private uint UInt32(int at) =>
        at >= 0 && at + 4 <= _bytes.Length ? BinaryPrimitives.ReadUInt32LittleEndian(_bytes[at..]) : 0;

    private ulong UInt64(int at) =>
        at >= 0 && at + 8 <= _bytes.Length ? BinaryPrimitives.ReadUInt64LittleEndian(_bytes[at..]) : 0;

    private ReadOnlySpan<byte> Text(int at)
    {
        int end = _bytes.Length - TrailerBytes;
        if (at >= end)
        {
            return default;
        }

        ReadOnlySpan<byte> text = _bytes[at..end];
        int zero = text.IndexOf((byte)0);
        return zero < 0 ? text : text[..zero];
    }
}
