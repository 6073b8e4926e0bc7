using Hearth.Collector.Perf;
using Xunit;

namespace Hearth.Collector.Tests.Perf;

public sealed class PerfRecordTests
{
    [Fact]
    public void Mmap2_AllFields_AreRead()
    {
        PerfRecord record = new(SyntheticRing.Mmap2(77, 12, 0x7f0000000000, 0x3000, 0x1000, "/usr/lib/libc.so.6", inode: 99));
        Assert.Equal(PerfRecordType.Mmap2, record.Type);
        Assert.Equal(77UL, record.TimeNanos);
        Assert.Equal(12, record.Pid);
        Assert.Equal(0x7f0000000000UL, record.MapStart);
        Assert.Equal(0x3000UL, record.MapLength);
        Assert.Equal(0x1000UL, record.MapOffset);
        Assert.Equal((8UL << 32) | 1, record.MapDevice);
        Assert.Equal(99UL, record.MapInode);
        Assert.Equal("/usr/lib/libc.so.6"u8, record.MapPath);
    }

    [Fact]
    public void Comm_Exec_IsTold()
    {
        Assert.True(new PerfRecord(SyntheticRing.Comm(1, 2, "bash", exec: true)).IsExec);
        PerfRecord renamed = new(SyntheticRing.Comm(1, 2, "bash", exec: false));
        Assert.False(renamed.IsExec);
        Assert.Equal("bash"u8, renamed.Comm);
    }

    [Fact]
    public void Record_CutAtEveryByte_ReadsWithoutThrowing()
    {
        byte[][] records =
        [
            SyntheticRing.Sample(5, 6, 1, 2, 3), SyntheticRing.Mmap2(5, 6, 1, 2, 3, "/x"), SyntheticRing.Comm(5, 6, "x", true),
            SyntheticRing.Lost(5, 6), SyntheticRing.Task(PerfRecordType.Fork, 5, 6, 7),
        ];
        foreach (byte[] bytes in records)
        {
            for (int length = PerfRecord.HeaderBytes; length < bytes.Length; length++)
            {
                PerfRecord record = new(bytes.AsSpan(0, length));
                _ = record.TimeNanos + record.MapStart + record.LostCount + (ulong)(record.Pid + record.TaskTid + record.SamplePid);
                _ = record.Callchain.Length + record.Comm.Length + record.MapPath.Length;
            }
        }
    }

    [Fact]
    public void Sample_CountLargerThanRecord_IsCutToTheRecord()
    {
        byte[] bytes = SyntheticRing.Sample(5, 6, 1, 2, 3);
        bytes[48] = 200;
        Assert.Equal(3, new PerfRecord(bytes).Callchain.Length);
    }
}
