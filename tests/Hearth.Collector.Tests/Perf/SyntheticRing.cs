using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Hearth.Collector.Perf;

namespace Hearth.Collector.Tests.Perf;

/// <summary>A ring in ordinary memory, with the kernel's side of it: writes records and moves data_head.</summary>
internal sealed unsafe class SyntheticRing : IDisposable
{
    private const int MetadataBytes = 4096;
    private readonly byte* _memory;
    private readonly int _dataBytes;
    private ulong _head;

    public SyntheticRing(int dataBytes, int cpu = 0, ulong start = 0)
    {
        _dataBytes = dataBytes;
        _memory = (byte*)NativeMemory.AllocZeroed((nuint)(MetadataBytes + dataBytes));
        _head = start;
        *(ulong*)(_memory + 1024) = start;
        *(ulong*)(_memory + 1032) = start;
        Ring = new PerfRing(_memory, MetadataBytes, dataBytes, cpu);
    }

    public PerfRing Ring { get; }

    public ulong Tail => *(ulong*)(_memory + 1032);

    /// <summary>Writes a record if there is room, as the kernel would.</summary>
    public bool TryWrite(ReadOnlySpan<byte> record)
    {
        if (_head + (ulong)record.Length - Tail > (ulong)_dataBytes)
        {
            return false;
        }

        for (int i = 0; i < record.Length; i++)
        {
            _memory[MetadataBytes + (int)((_head + (ulong)i) % (ulong)_dataBytes)] = record[i];
        }

        _head += (ulong)record.Length;
        Volatile.Write(ref *(ulong*)(_memory + 1024), _head);
        return true;
    }

    public void Dispose() => NativeMemory.Free(_memory);

    public static byte[] Sample(ulong time, int pid, params ulong[] chain)
    {
        byte[] record = Start(PerfRecordType.Sample, 56 + (chain.Length * 8));
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(8), chain.FirstOrDefault(ip => ip < ulong.MaxValue - 4095));
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(16), pid);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(20), pid);
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(24), time);
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(48), (ulong)chain.Length);
        for (int i = 0; i < chain.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(56 + (i * 8)), chain[i]);
        }

        return record;
    }

    public static byte[] Mmap2(ulong time, int pid, ulong start, ulong length, ulong offset, string path, ulong inode = 7)
    {
        byte[] record = WithText(PerfRecordType.Mmap2, 72, path, time);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(8), pid);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(12), pid);
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(16), start);
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(24), length);
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(32), offset);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(40), 8);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(44), 1);
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(48), inode);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(64), 5);
        return record;
    }

    public static byte[] Comm(ulong time, int pid, string comm, bool exec)
    {
        byte[] record = WithText(PerfRecordType.Comm, 16, comm, time);
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(4), (ushort)(exec ? 0x2000 : 0));
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(8), pid);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(12), pid);
        return record;
    }

    public static byte[] Task(PerfRecordType type, ulong time, int pid, int parentPid)
    {
        byte[] record = Start(type, 32 + 24);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(8), pid);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(12), parentPid);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(16), pid);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(20), parentPid);
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(^16), time);
        return record;
    }

    public static byte[] Lost(ulong time, ulong count)
    {
        byte[] record = Start(PerfRecordType.Lost, 24 + 24);
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(16), count);
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(^16), time);
        return record;
    }

    private static byte[] WithText(PerfRecordType type, int fixedBytes, string text, ulong time)
    {
        int padded = (Encoding.UTF8.GetByteCount(text) + 8) / 8 * 8;
        byte[] record = Start(type, fixedBytes + padded + 24);
        Encoding.UTF8.GetBytes(text, record.AsSpan(fixedBytes));
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(^16), time);
        return record;
    }

    private static byte[] Start(PerfRecordType type, int length)
    {
        byte[] record = new byte[length];
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)type);
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(6), (ushort)length);
        return record;
    }
}
