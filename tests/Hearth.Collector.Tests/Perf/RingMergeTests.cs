using FsCheck;
using FsCheck.Fluent;
using Hearth.Collector.Perf;
using Xunit;

namespace Hearth.Collector.Tests.Perf;

public sealed class RingMergeTests
{
    [Fact]
    public void Merge_AnyRecordsOnAnyCpus_AreHandedOverOnceInOrderOfTime()
    {
        Gen<(int Cpu, byte Step)[]> writes = Gen.ArrayOf(
            Gen.Choose(0, 6).Zip(Gen.Choose(0, 3)).Select(pair => (pair.Item1, (byte)pair.Item2)));
        Prop.ForAll(writes.ToArbitrary(), all =>
        {
            SyntheticRing[] rings = [.. Enumerable.Range(0, 7).Select(cpu => new SyntheticRing(64 * 1024, cpu))];
            PerfRing[] views = [.. rings.Select(ring => ring.Ring)];
            RingMerge merge = new();
            List<ulong> seen = [];
            ulong time = 100;
            for (int i = 0; i < all.Length; i++)
            {
                time += all[i].Step;
                Assert.True(rings[all[i].Cpu].TryWrite(SyntheticRing.Sample(time, i + 1, 0x5000)));
                if (i % 5 == 4)
                {
                    ulong watermark = time - 3;
                    merge.Drain(views, watermark, (ulong at, in PerfRecord record) => seen.Add(at));
                    Assert.All(seen, at => Assert.True(at <= watermark));
                }
            }

            merge.Drain(views, ulong.MaxValue, (ulong at, in PerfRecord record) => seen.Add(at));
            Assert.Equal(all.Length, seen.Count);
            Assert.Equal(seen.Order(), seen);
            Assert.Equal(0, merge.Late);
            Assert.All(rings, ring => Assert.Equal(0UL, ring.Ring.Pending));
            Array.ForEach(rings, ring => ring.Dispose());
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Merge_SampleAndItsMappingOnDifferentCpus_MappingComesFirst()
    {
        using SyntheticRing first = new(4096, cpu: 0);
        using SyntheticRing second = new(4096, cpu: 1);
        first.TryWrite(SyntheticRing.Sample(20, 5, 0x5000));
        second.TryWrite(SyntheticRing.Mmap2(10, 5, 0x4000, 0x2000, 0, "/bin/x"));
        List<PerfRecordType> order = [];
        new RingMerge().Drain([first.Ring, second.Ring], 30, (ulong at, in PerfRecord record) => order.Add(record.Type));
        Assert.Equal([PerfRecordType.Mmap2, PerfRecordType.Sample], order);
    }

    [Fact]
    public void Merge_RecordOlderThanOneHandedOver_IsHandedOverAndCountedLate()
    {
        using SyntheticRing ring = new(4096);
        RingMerge merge = new();
        ring.TryWrite(SyntheticRing.Sample(50, 1, 0x5000));
        merge.Drain([ring.Ring], 60, (ulong at, in PerfRecord record) => { });
        ring.TryWrite(SyntheticRing.Sample(40, 1, 0x5000));
        int handled = merge.Drain([ring.Ring], 60, (ulong at, in PerfRecord record) => { });
        Assert.Equal(1, handled);
        Assert.Equal(1, merge.Late);
    }
}
