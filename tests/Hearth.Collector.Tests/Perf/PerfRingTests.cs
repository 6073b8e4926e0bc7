using FsCheck;
using FsCheck.Fluent;
using Hearth.Collector.Perf;
using Xunit;

namespace Hearth.Collector.Tests.Perf;

public sealed class PerfRingTests
{
    [Fact]
    public void Ring_AnyRecordsAndReads_DeliversEachByteOnce()
    {
        // Chains of every length, so that records end and wrap everywhere in a ring of one page; heads near 2^64 as well.
        Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(),
            ArbMap.Default.ArbFor<bool>(),
            (lengths, high) =>
            {
                using SyntheticRing synthetic = new(4096, start: high ? ulong.MaxValue - 4095 - 64 : 0);
                Queue<byte[]> written = new();
                ulong time = 1;
                foreach (byte length in lengths.Concat(Enumerable.Repeat((byte)120, 40)))
                {
                    byte[] record = SyntheticRing.Sample(time++, length, [.. Enumerable.Range(0, length % 128).Select(i => (ulong)i)]);
                    if (!synthetic.TryWrite(record))
                    {
                        ReadAll(synthetic.Ring, written);
                        Assert.True(synthetic.TryWrite(record));
                    }

                    written.Enqueue(record);
                }

                ReadAll(synthetic.Ring, written);
                Assert.Empty(written);
                Assert.Equal(0, synthetic.Ring.Broken);
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Ring_RecordOfImpossibleSize_IsSkippedAndCounted()
    {
        using SyntheticRing synthetic = new(4096);
        byte[] record = SyntheticRing.Sample(1, 1, 2, 3);
        record[6] = 3;
        synthetic.TryWrite(record);
        synthetic.Ring.Snapshot();
        Assert.False(synthetic.Ring.TryPeek(out _));
        Assert.Equal(1, synthetic.Ring.Broken);

        synthetic.TryWrite(SyntheticRing.Sample(9, 1, 2));
        synthetic.Ring.Snapshot();
        Assert.True(synthetic.Ring.TryPeek(out PerfRecord next));
        Assert.Equal(9UL, next.TimeNanos);
    }

    private static void ReadAll(PerfRing ring, Queue<byte[]> expected)
    {
        ring.Snapshot();
        while (ring.TryPeek(out PerfRecord record))
        {
            byte[] wanted = expected.Dequeue();
            Assert.Equal(wanted.Length, record.Length);
            Assert.Equal(BitConverter.ToUInt64(wanted, 24), record.TimeNanos);
            Assert.Equal(BitConverter.ToUInt64(wanted, 48), (ulong)record.Callchain.Length);
            for (int i = 0; i < record.Callchain.Length; i++)
            {
                Assert.Equal(BitConverter.ToUInt64(wanted, 56 + (i * 8)), record.Callchain[i]);
            }

            ring.Advance(record.Length);
        }

        ring.Release();
    }
}
