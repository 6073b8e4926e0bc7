using System.Globalization;
using Hearth.Native.Bytes;
using Hearth.Native.Elf;
using Hearth.Testing;
using Xunit;

namespace Hearth.Native.Tests.Elf;

public sealed class ElfSymbolTableTests
{
    [Theory]
    [InlineData("/bin/bash")]
    [InlineData("/usr/bin/perf")]
    [InlineData("/usr/bin/python3")]
    [InlineData("/usr/bin/node")]
    [InlineData("/lib/x86_64-linux-gnu/libc.so.6")]
    public void Find_EveryFunctionOfADebianBinary_AgreesWithReadelf(string path)
    {
        string readelf = Require.Tool("readelf");
        Require.Existing(path);
        using ElfSymbolTable? table = ElfSymbolTable.Read(ElfFile.Open(path), 1_000_000, out ElfError error);
        Require.That(table is not null, $"{path}: {error.Id()}");
        Check(table!, ParseReadelf(Tool.Run(readelf, "-W", "--dyn-syms", path)));
    }

    [Fact]
    public void Find_CompiledProgram_AgreesWithNmAndAddr2line()
    {
        using var folder = new TempFolder();
        string program = CompiledProgram.Build(folder);
        string addr2line = Require.Tool("addr2line");
        using ElfSymbolTable? table = ElfSymbolTable.Read(ElfFile.Open(program), 1000, out _);
        Assert.NotNull(table);
        string symbols = Tool.Run(Require.Tool("nm"), "--defined-only", "-S", program);
        Check(table, Parse(symbols));

        List<ulong> addresses = [];
        foreach (NmSymbol symbol in Parse(symbols).Where(s => s.Name is "inner" or "outer_function" or "weak_function" or "main"))
        {
            for (ulong at = symbol.Start; at < symbol.Start + symbol.Size; at++)
            {
                addresses.Add(at);
            }
        }

        string[] lines = Tool.Run(addr2line, ["-f", "-e", program, .. addresses.Select(a => $"0x{a:x}")]).Split('\n');
        for (int i = 0; i < addresses.Count; i++)
        {
            Assert.Equal(lines[2 * i], table.NameAt(addresses[i]));
        }
    }

    [Fact]
    public void Find_Aliases_PrefersThePlainName()
    {
        using var folder = new TempFolder();
        using ElfSymbolTable? table = ElfSymbolTable.Read(ElfFile.Open(CompiledProgram.Build(folder)), 1000, out _);
        NmSymbol alias = Parse(Tool.Run(Require.Tool("nm"), "-S", folder.At("program"))).Single(s => s.Name == "__alias_name");
        Assert.Equal("outer_function", table!.NameAt(alias.Start));
    }

    [Fact]
    public void Find_Libc_GivesTheNamesPeopleKnow()
    {
        const string libc = "/lib/x86_64-linux-gnu/libc.so.6";
        Require.Existing(libc);
        string nm = Require.Tool("nm");
        using ElfSymbolTable? table = ElfSymbolTable.Read(ElfFile.Open(libc), 1_000_000, out _);
        Dictionary<string, ulong> starts = [];
        foreach (NmSymbol symbol in Parse(Tool.Run(nm, "-D", "--defined-only", "-S", "--without-symbol-versions", libc)))
        {
            starts.TryAdd(symbol.Name, symbol.Start);
        }

        Assert.All((string[])["write", "malloc", "qsort", "pthread_create"], name => Assert.Equal(name, table!.NameAt(starts[name])));
    }

    [Fact]
    public void Find_DebugFile_NamesTheStrippedProgramsAddresses()
    {
        using var folder = new TempFolder();
        string program = CompiledProgram.Build(folder);
        Tool.Run(Require.Tool("objcopy"), "--only-keep-debug", program, folder.At("program.debug"));
        using ElfSymbolTable? table = ElfSymbolTable.Read(ElfFile.Open(folder.At("program.debug")), 1000, out _);
        Assert.NotNull(table);
        Check(table, Parse(Tool.Run(Require.Tool("nm"), "--defined-only", "-S", program)));
    }

    [Fact]
    public void Find_NestedAndUnsizedSymbols_TheInnermostKnownRangeWins()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.At("asm.s"), """
            .text
            .globl whole, part, bare, last
            .type whole, @function
            whole: .skip 16
            part: .type part, @function
                .skip 8
            label:
                .skip 8
            .size part, 16
                .skip 32
            .size whole, . - whole
            .skip 16
            bare: .skip 16
            .type last, @function
            last: .skip 16
            .size last, 16
            """);
        Tool.Run(Require.Tool("gcc"), "-nostdlib", "-shared", "-o", folder.At("asm.so"), folder.At("asm.s"));
        using ElfSymbolTable? table = ElfSymbolTable.Read(ElfFile.Open(folder.At("asm.so")), 1000, out _);
        ulong start = Parse(Tool.Run(Require.Tool("nm"), "-S", folder.At("asm.so"))).Single(s => s.Name == "whole").Start;

        ulong[] offsets = [0, 15, 16, 24, 31, 32, 63, 64, 79, 80, 95, 96, 111, 112];
        string?[] names = [.. offsets.Select(at => table!.NameAt(start + at))];

        string?[] expected =
            ["whole", "whole", "part", "part", "part", "whole", "whole", null, null, "bare", "bare", "last", "last", null];
        Assert.Equal(expected, names);
    }

    [Fact]
    public void Read_MoreSymbolsThanAllowed_IsRefused()
    {
        Require.Existing("/bin/bash");
        Assert.Null(ElfSymbolTable.Read(ElfFile.Open("/bin/bash"), 10, out ElfError error));
        Assert.Equal(ElfError.TooManySymbols, error);
    }

    [Fact]
    public void Read_DamagedBytes_NeverThrowsAndStaysSmall()
    {
        using var folder = new TempFolder();
        byte[] good = File.ReadAllBytes(CompiledProgram.Build(folder));
        var random = new Random(20_260_101);
        int tables = 0;
        for (int round = 0; round < 4000; round++)
        {
            byte[] bytes = (byte[])good.Clone();
            Damage(bytes, random);
            int length = round % 3 == 0 ? random.Next(bytes.Length) : bytes.Length;
            ElfImage? image = ElfImage.Open(new MemoryBytes(bytes.AsMemory(0, length)), out _);
            if (image is null)
            {
                continue;
            }

            image.ReadBuildId();
            image.ReadDebugLink();
            using ElfSymbolTable? table = ElfSymbolTable.Read(image, 1000, out _);
            for (int i = 0; table is not null && i < 50; i++)
            {
                _ = table.NameAt((ulong)random.NextInt64(0, 0x5000));
            }

            tables += table is null ? 0 : 1;
            Assert.True(table is null || table.Count <= 2002);
        }

        Assert.InRange(tables, 100, 4000);
    }

    // Header and tables are a small part of a file: half of the damage goes there.
    private static void Damage(byte[] bytes, Random random)
    {
        int sections = (int)BitConverter.ToUInt64(bytes, 40);
        for (int i = random.Next(1, 6); i > 0; i--)
        {
            int at = random.Next(4) switch
            {
                0 => random.Next(16, 64),
                1 => random.Next(64, 64 + (13 * 56)),
                2 => random.Next(sections, bytes.Length),
                _ => random.Next(bytes.Length),
            };
            bytes[at] = random.Next(3) switch { 0 => 0xFF, 1 => 0, _ => (byte)random.Next(256) };
        }
    }

    private static void Check(ElfSymbolTable table, IEnumerable<NmSymbol> symbols)
    {
        ILookup<ulong, NmSymbol> functions = symbols.Where(s => s.Size > 0).ToLookup(s => s.Start);
        int checkedNames = 0;
        foreach (IGrouping<ulong, NmSymbol> aliases in functions)
        {
            string? name = table.NameAt(aliases.Key);
            string expected = string.Join(' ', aliases.Select(a => a.Name));
            Assert.True(aliases.Any(a => a.Name == name), $"{aliases.Key:x}: {name} is not one of {expected}");
            checkedNames++;
        }

        Assert.NotEqual(0, checkedNames);
    }

    // Num: Value Size Type Bind Vis Ndx Name
    private static IEnumerable<NmSymbol> ParseReadelf(string output)
    {
        foreach (string line in output.Split('\n'))
        {
            string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length >= 8 && parts[3] is "FUNC" or "IFUNC" && parts[6] != "UND")
            {
                ulong size = parts[2].StartsWith("0x", StringComparison.Ordinal)
                    ? Convert.ToUInt64(parts[2], 16)
                    : ulong.Parse(parts[2], CultureInfo.InvariantCulture);
                yield return new NmSymbol(Convert.ToUInt64(parts[1], 16), size, parts[7].Split('@')[0]);
            }
        }
    }

    private static IEnumerable<NmSymbol> Parse(string nm)
    {
        foreach (string line in nm.Split('\n'))
        {
            string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length < 3 || !ulong.TryParse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong start))
            {
                continue;
            }

            bool sized = parts.Length == 4;
            ulong size = sized ? ulong.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) : 0;
            string name = parts[^1].Split('@')[0];
            if (parts[^2] is "t" or "T" or "i" or "W" or "w")
            {
                yield return new NmSymbol(start, size, name);
            }
        }
    }

    private readonly record struct NmSymbol(ulong Start, ulong Size, string Name);
}
