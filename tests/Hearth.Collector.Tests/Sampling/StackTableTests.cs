using FsCheck;
using FsCheck.Fluent;
using Hearth.Collector.Sampling;
using Xunit;

namespace Hearth.Collector.Tests.Sampling;

public sealed class StackTableTests
{
    [Fact]
    public void Table_AnySamples_CountsAsADictionaryDoes()
    {
        Gen<(int Process, int Depth, int Seed)[]> samples = Gen.ArrayOf(
            Gen.Choose(0, 3).Zip(Gen.Choose(0, 5), (process, depth) => (process, depth))
                .Zip(Gen.Choose(0, 6), (pair, seed) => (pair.process, pair.depth, seed)));
        Prop.ForAll(samples.ToArbitrary(), all =>
        {
            StackTable table = new(10_000);
            Dictionary<(int, int, int), long> model = [];
            foreach ((int process, int depth, int seed) in all)
            {
                ulong[] addresses = Addresses(depth, seed);
                int row = table.Find(process, 0, addresses, 0, out ulong hash);
                row = row >= 0 ? row : table.Add(process, 0, addresses, 0, [depth], hash);
                table[row].Count++;
                (int, int, int) key = (process, depth, depth == 0 ? 0 : seed);
                model[key] = model.GetValueOrDefault(key) + 1;
            }

            Assert.Equal(model.Count, table.Count);
            foreach (((int process, int depth, int seed), long count) in model)
            {
                int row = table.Find(process, 0, Addresses(depth, seed), 0, out _);
                Assert.Equal(count, table[row].Count);
                Assert.Equal([depth], table.FramesOf(table[row]));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Find_KnownStack_AllocatesNothing()
    {
        StackTable table = new(1_000);
        ulong[] addresses = Addresses(30, 1);
        table.Find(1, 2, addresses, 3, out ulong hash);
        table.Add(1, 2, addresses, 3, [1, 2, 3], hash);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            table[table.Find(1, 2, addresses, 3, out _)].Count++;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Find_OtherGenerationOrKernelPart_IsAnotherStack()
    {
        StackTable table = new(1_000);
        ulong[] addresses = Addresses(4, 1);
        table.Find(1, 0, addresses, 0, out ulong hash);
        table.Add(1, 0, addresses, 0, [1], hash);
        Assert.Equal(-1, table.Find(1, 1, addresses, 0, out _));
        Assert.Equal(-1, table.Find(2, 0, addresses, 0, out _));
        Assert.Equal(-1, table.Find(1, 0, addresses, 1, out _));
        table.Clear();
        Assert.Equal(-1, table.Find(1, 0, addresses, 0, out _));
    }

    private static ulong[] Addresses(int depth, int seed) =>
        [.. Enumerable.Range(0, depth).Select(i => 0x400000UL + (ulong)((seed * 64) + i))];
}
