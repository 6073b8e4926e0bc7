using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Hearth.Native.Bytes;
using Hearth.Native.PerfMaps;
using Xunit;

namespace Hearth.Native.Tests.PerfMaps;

public sealed class PerfMapTableTests
{
    [Fact]
    public void Find_Lines_GiveTheirNames()
    {
        (PerfMapTable table, MemoryBytes file) = Read("7f00 10 void [app] Work::Run(int)[Tier1]\n0x8000 0x20 second name\n");
        Assert.Equal("void [app] Work::Run(int)[Tier1]", NameAt(table, file, 0x7f0f));
        Assert.Null(NameAt(table, file, 0x7f10));
        Assert.Equal("second name", NameAt(table, file, 0x801f));
        Assert.Null(NameAt(table, file, 0x7eff));
    }

    [Fact]
    public void Find_ReusedMemory_GivesTheLatestLine()
    {
        (PerfMapTable table, MemoryBytes file) = Read("1000 100 old\n1100 100 kept\n1080 40 new\n");
        Assert.Equal("new", NameAt(table, file, 0x1080));
        Assert.Null(NameAt(table, file, 0x1000));
        Assert.Equal("kept", NameAt(table, file, 0x1100));
    }

    [Fact]
    public void Refresh_GrowingFile_ReadsOnlyCompleteNewLines()
    {
        const string text = "1000 10 first\n2000 10 sec";
        const string more = "ond\n1000 8 again\n";
        var table = new PerfMapTable(100);
        table.Refresh(new MemoryBytes(Encoding.UTF8.GetBytes(text)), text.Length);
        Assert.Equal((1, 14L), (table.Count, table.Position));

        var file = new MemoryBytes(Encoding.UTF8.GetBytes(text + more));
        table.Refresh(file, file.Length);
        Assert.Equal("second", NameAt(table, file, 0x2000));
        Assert.Equal("again", NameAt(table, file, 0x1007));
        Assert.Null(NameAt(table, file, 0x1008));
    }

    [Fact]
    public void Refresh_FileWrittenAnew_StartsOver()
    {
        var table = new PerfMapTable(100);
        byte[] before = Encoding.UTF8.GetBytes("1000 10 first\n2000 10 second\n");
        Assert.True(table.Refresh(new MemoryBytes(before), before.Length));
        Assert.True(table.Refresh(new MemoryBytes(before), before.Length));

        var file = new MemoryBytes(Encoding.UTF8.GetBytes("2000 10 other\n3000 10 third\n4000 10 longer than before\n"));
        Assert.False(table.Refresh(file, file.Length));
        Assert.Equal((3, file.Length), (table.Count, table.Position));
        Assert.Null(NameAt(table, file, 0x1000));
        Assert.Equal("other", NameAt(table, file, 0x2000));

        Assert.False(table.Refresh(new MemoryBytes(default), 100));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void Refresh_HostileText_IsCountedAndBounded()
    {
        string text = "zz 10 a\n1000\n1000 10\n1000 0 zero\nffffffffffffffff 10 wraps\n\n1000 10 b\u0001\u001b[31m\n"
            + new string('x', 600_000) + "\n3000 10 " + new string('n', 10_000) + "\n";
        (PerfMapTable table, MemoryBytes file) = Read(text);
        Assert.Equal("b  [31m", NameAt(table, file, 0x1000));
        Assert.Equal(PerfMapTable.NameBytesMax, NameAt(table, file, 0x3000)!.Length);
        Assert.True(table.BadLines >= 6);

        var small = new PerfMapTable(2);
        byte[] many = Encoding.UTF8.GetBytes("1000 10 a\n2000 10 b\n3000 10 c\n");
        small.Refresh(new MemoryBytes(many), many.Length);
        Assert.Equal((2, true), (small.Count, small.IsFull));
    }

    [Fact]
    public void Find_AnyLinesInAnyPieces_NeverGivesAnOlderLineThanALiveOne()
    {
        Gen<(uint Start, uint Size)> line =
            from start in Gen.Choose(0, 200)
            from size in Gen.Choose(1, 40)
            select ((uint)start, (uint)size);
        Arbitrary<(uint Start, uint Size)[]> lines = Arb.From(line.ArrayOf());
        Prop.ForAll(lines, Arb.From(Gen.Choose(1, 64)), (all, piece) => Check(all, piece)).QuickCheckThrowOnFailure();
    }

    private static bool Check((uint Start, uint Size)[] lines, int piece)
    {
        string text = string.Concat(lines.Select((l, i) => string.Create(CultureInfo.InvariantCulture, $"{l.Start:x} {l.Size:x} {i}\n")));
        var file = new MemoryBytes(Encoding.UTF8.GetBytes(text));
        var table = new PerfMapTable(1000);
        for (long limit = piece; limit < file.Length + piece; limit += piece)
        {
            table.Refresh(file, Math.Min(limit, file.Length));
        }

        for (uint address = 0; address < 256; address++)
        {
            int newest = Array.FindLastIndex(lines, l => address >= l.Start && address < l.Start + l.Size);
            bool overlapped = newest >= 0 && lines.Skip(newest + 1).Any(l => l.Start < lines[newest].Start + lines[newest].Size
                && lines[newest].Start < l.Start + l.Size);
            string? name = NameAt(table, file, address);
            if (newest >= 0 && !overlapped && name != newest.ToString(CultureInfo.InvariantCulture))
            {
                return false;
            }

            if (name is not null && newest < 0)
            {
                return false;
            }
        }

        return true;
    }

    private static (PerfMapTable Table, MemoryBytes File) Read(string text)
    {
        var file = new MemoryBytes(Encoding.UTF8.GetBytes(text));
        var table = new PerfMapTable(1000);
        table.Refresh(file, file.Length);
        return (table, file);
    }

    private static string? NameAt(PerfMapTable table, MemoryBytes file, ulong address)
    {
        Span<byte> name = stackalloc byte[PerfMapTable.NameBytesMax];
        return table.TryFind(address, out PerfMapEntry entry)
            ? Encoding.UTF8.GetString(name[..PerfMapTable.ReadName(file, entry, name)])
            : null;
    }
}
