using FsCheck;
using FsCheck.Fluent;
using Hearth.Collector.Processes;
using Xunit;

namespace Hearth.Collector.Tests.Processes;

public sealed class MappingTableTests
{
    private static readonly MappedFile[] Files =
        [.. Enumerable.Range(0, 4).Select(i => new MappedFile(MappedFileKind.File, $"/lib/{i}", 1, (ulong)i + 1, 0))];

    [Fact]
    public void Insert_AnyOrder_EqualsAModelOfPages()
    {
        Gen<(int Start, int Length, int File)[]> inserts = Gen.ArrayOf(
            Gen.Choose(1, 40).Zip(Gen.Choose(0, 12), (start, length) => (start, length))
                .Zip(Gen.Choose(0, 3), (range, file) => (range.start, range.length, file)));
        Prop.ForAll(inserts.ToArbitrary(), all =>
        {
            MappingTable table = new();
            MappingTable? fork = null;
            (MappedFile File, ulong Offset)?[] model = new (MappedFile, ulong)?[64];
            (MappedFile File, ulong Offset)?[] forked = [];
            for (int i = 0; i < all.Length; i++)
            {
                if (i == all.Length / 2)
                {
                    fork = table.Fork();
                    forked = [.. model];
                }

                (int start, int length, int file) = all[i];
                table.Insert(new ProcessMapping((ulong)start * 4096, (ulong)(start + length) * 4096, (ulong)i << 20, Files[file]));
                for (int page = 0; page < length; page++)
                {
                    model[start + page] = (Files[file], ((ulong)i << 20) + ((ulong)page * 4096));
                }
            }

            AssertEqual(model, table);
            if (fork is not null)
            {
                AssertEqual(forked, fork);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Insert_PastTheBound_IsDroppedAndCounted()
    {
        MappingTable table = new();
        for (int i = 0; i <= MappingTable.MappingsMax; i++)
        {
            table.Insert(new ProcessMapping((ulong)(i + 1) * 0x2000, ((ulong)(i + 1) * 0x2000) + 0x1000, 0, Files[0]));
        }

        Assert.Equal(MappingTable.MappingsMax, table.Count);
        Assert.Equal(1, table.Dropped);
    }

    [Fact]
    public void Generation_ChangesOnlyWhenAMappedAddressChangesItsMeaning()
    {
        MappingTable table = new();
        ProcessMapping first = new(0x1000, 0x2000, 0, Files[0]);
        table.Insert(first);
        table.Insert(new ProcessMapping(0x3000, 0x4000, 0, Files[1]));
        table.Insert(first);
        Assert.Equal(0u, table.Generation);
        table.Insert(new ProcessMapping(0x1800, 0x1900, 0, Files[2]));
        Assert.Equal(1u, table.Generation);
    }

    private static void AssertEqual((MappedFile File, ulong Offset)?[] model, MappingTable table)
    {
        for (int page = 0; page < model.Length; page++)
        {
            ulong address = ((ulong)page * 4096) + 17;
            bool found = table.TryFind(address, out ProcessMapping mapping);
            Assert.Equal(model[page] is not null, found);
            if (found)
            {
                Assert.Same(model[page]!.Value.File, mapping.File);
                Assert.Equal(model[page]!.Value.Offset + 17, mapping.OffsetOf(address));
            }
        }

        ProcessMapping[] all = table.ToArray();
        for (int i = 1; i < all.Length; i++)
        {
            Assert.True(all[i - 1].Limit <= all[i].Start);
        }
    }
}
