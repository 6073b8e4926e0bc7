using System.Text;
using Hearth.Collector.Processes;
using Xunit;

namespace Hearth.Collector.Tests.Processes;

public sealed class ProcTextTests
{
    [Fact]
    public void Maps_RealLines_GiveExecutableRangesWithTheirKind()
    {
        const string text = """
            55d0c0a00000-55d0c0a02000 r--p 00000000 fe:00 1234                       /usr/bin/my prog
            55d0c0a02000-55d0c0a08000 r-xp 00002000 fe:00 1234                       /usr/bin/my prog
            7f1200000000-7f1200021000 rwxp 00000000 00:00 0
            7f1300000000-7f1300010000 r-xs 00010000 00:01 2055                       /memfd:doublemapper (deleted)
            7f1400000000-7f1400010000 r-xp 00001000 08:10 77                         /usr/lib/libold.so (deleted)
            7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0                          [vdso]
            ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
            nonsense
            """;
        MappingTable table = new();
        int found = ProcMapsReader.Parse(Encoding.UTF8.GetBytes(text), new MappedFileTable(), table);
        Assert.Equal(6, found);
        ProcessMapping[] all = table.ToArray();
        Assert.Equal(
            "File Jit Jit File Vdso Vsyscall",
            string.Join(' ', all.Select(m => m.File.Kind)));
        Assert.Equal("/usr/bin/my prog", all[0].File.Path);
        Assert.Equal(0xfeUL << 32, all[0].File.Device);
        Assert.Equal(1234UL, all[0].File.Inode);
        Assert.Equal(0x2000UL, all[0].Offset);
        Assert.Equal("libold.so", all[3].File.Name);
    }

    [Fact]
    public void Maps_OfThisProcess_ContainThisCode()
    {
        MappingTable table = new();
        Assert.True(new ProcReader("/proc", new MappedFileTable()).TryReadMaps(Environment.ProcessId, table));
        Assert.Contains(table.ToArray(), m => m.File.Name == "libcoreclr.so");
    }

    [Fact]
    public void Files_SameIdentity_AreOneObjectAndAllocateNothing()
    {
        MappedFileTable files = new();
        MappedFile first = files.Get("/lib/x"u8, 1, 2);
        Assert.NotSame(first, files.Get("/lib/x"u8, 1, 3));
        long before = GC.GetAllocatedBytesForCurrentThread();
        MappedFile second = files.Get("/lib/x"u8, 1, 2);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Same(first, second);
    }

    [Fact]
    public void Path_WithControlCharacters_IsMadeHarmless() =>
        Assert.Equal("/tmp/a?[31mb", new MappedFileTable().Get("/tmp/a\u001b[31mb"u8, 1, 2).Path);

    [Fact]
    public void Stat_NameWithParenthesesAndSpaces_IsParsed()
    {
        byte[] text = Encoding.UTF8.GetBytes(
            "42 (a) b (c) S 1 42 42 0 -1 4194560 1 2 3 4 150 25 0 0 20 0 3 0 987654 1000 200 18446744073709551615 1 1 0");
        Assert.True(ProcStat.TryParse(text, out ProcStat stat));
        Assert.Equal(new ProcStat("a) b (c", false, 150, 25, 987654), stat);
    }

    [Theory]
    [InlineData("")]
    [InlineData("42 (x")]
    [InlineData("42 (x) S 1 2 3")]
    public void Stat_Cut_IsRefused(string text) => Assert.False(ProcStat.TryParse(Encoding.UTF8.GetBytes(text), out _));
}
