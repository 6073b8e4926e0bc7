using System.Text;
using Hearth.Native.Kernel;
using Hearth.Testing;
using Xunit;

namespace Hearth.Native.Tests.Kernel;

public sealed class KernelSymbolTableTests
{
    private const string Sample = """
        ffffffff81000000 T _stext
        ffffffff81000000 T _text
        ffffffff81000100 t do_work.part.0
        ffffffff81000100 t do_work
        ffffffff81000200 D some_data
        ffffffff81000300 T __x64_sys_read
        ffffffffc0000000 t nf_hook	[nf_tables]
        ffffffffc0001000 T nf_send	[nf_tables]
        not a line
        ffffffffc0002000 t bpf_prog_6deef7357e7b4530	[bpf]
        """;

    [Theory]
    [InlineData(0xffffffff81000000, "text", "")]
    [InlineData(0xffffffff81000150, "do_work", "")]
    [InlineData(0xffffffff81000300, "__x64_sys_read", "")]
    [InlineData(0xffffffffc0000fff, "nf_hook", "nf_tables")]
    [InlineData(0xffffffffc0002001, "bpf_prog_6deef7357e7b4530", "bpf")]
    public void Find_Address_GivesFunctionAndModule(ulong address, string expected, string expectedModule)
    {
        KernelSymbolTable table = KernelSymbolTable.Read(new MemoryStream(Encoding.UTF8.GetBytes(Sample)), out bool hidden);
        Assert.False(hidden);
        Assert.True(table.TryFind(address, out ulong start, out ReadOnlySpan<byte> name, out string module));
        Assert.True(start <= address);
        Assert.Equal(expected, Encoding.UTF8.GetString(name).TrimStart('_') is "text" ? "text" : Encoding.UTF8.GetString(name));
        Assert.Equal(expectedModule, module);
    }

    [Fact]
    public void Find_OutsideAnyFunction_FindsNothing()
    {
        KernelSymbolTable table = KernelSymbolTable.Read(new MemoryStream(Encoding.UTF8.GetBytes(Sample)), out _);
        Assert.False(table.TryFind(0xffffffff80ffffff, out _, out _, out _));
        Assert.False(table.TryFind(0xffffffffffffffff, out _, out _, out _));
        Assert.False(KernelSymbolTable.Empty.TryFind(0xffffffff81000000, out _, out _, out _));
    }

    [Fact]
    public void Read_HiddenAddresses_SaysSo()
    {
        byte[] text = Encoding.UTF8.GetBytes("0000000000000000 T _stext\n0000000000000000 t do_work\n");
        KernelSymbolTable table = KernelSymbolTable.Read(new MemoryStream(text), out bool hidden);
        Assert.True(hidden);
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void Read_ThisKernel_NamesEveryListedFunction()
    {
        Require.Existing("/proc/kallsyms");
        using FileStream file = File.OpenRead("/proc/kallsyms");
        KernelSymbolTable table = KernelSymbolTable.Read(file, out bool hidden);
        Require.That(!hidden, "The kernel hides its addresses from this user.");
        Dictionary<ulong, HashSet<string>> expected = [];
        foreach (string line in File.ReadLines("/proc/kallsyms"))
        {
            string[] parts = line.Split(' ', '\t');
            if (parts[1] is "t" or "T" or "w" or "W")
            {
                ulong address = Convert.ToUInt64(parts[0], 16);
                expected.TryAdd(address, []);
                expected[address].Add(parts[2]);
            }
        }

        Assert.Equal(expected.Count, table.Count);
        foreach ((ulong address, HashSet<string> names) in expected)
        {
            Assert.True(table.TryFind(address, out ulong start, out ReadOnlySpan<byte> name, out _));
            Assert.Equal(address, start);
            Assert.Contains(Encoding.UTF8.GetString(name), names);
        }

        Assert.InRange(table.ByteSize, 1, 16 * 1024 * 1024);
    }
}
