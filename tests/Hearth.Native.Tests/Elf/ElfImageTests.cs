using System.Globalization;
using System.Text.RegularExpressions;
using Hearth.Native.Bytes;
using Hearth.Native.Elf;
using Hearth.Testing;
using Xunit;

namespace Hearth.Native.Tests.Elf;

public sealed partial class ElfImageTests
{
    public static TheoryData<string> DebianBinaries =>
        ["/bin/bash", "/usr/bin/perf", "/usr/bin/node", "/usr/bin/python3", "/lib/x86_64-linux-gnu/libc.so.6"];

    [Theory]
    [MemberData(nameof(DebianBinaries))]
    public void Image_DebianBinary_AgreesWithReadelf(string path)
    {
        string readelf = Require.Tool("readelf");
        Require.Existing(path);
        ElfImage image = ElfFile.Open(path);

        Match buildId = BuildIdLine().Match(Tool.Run(readelf, "-nW", path));
        Assert.Equal(buildId.Groups[1].Value, image.ReadBuildId());

        MatchCollection loads = LoadLine().Matches(Tool.Run(readelf, "-lW", path));
        ElfSegment[] segments = [.. image.Segments.ToArray().Where(s => s.Type == ElfSegment.Load)];
        Assert.Equal(
            loads.Select(l => (Hex(l.Groups[1]), Hex(l.Groups[2]), Hex(l.Groups[3]), Hex(l.Groups[4]))),
            segments.Select(s => (s.Offset, s.Address, s.FileSize, s.MemorySize)));

        int sections = SectionLine().Count(Tool.Run(readelf, "-SW", path));
        Assert.Equal(sections, image.Sections.Length);
    }

    [Fact]
    public void Address_EveryLoadedByte_MapsThereAndBack()
    {
        using var folder = new TempFolder();
        ElfImage image = ElfFile.Open(CompiledProgram.Build(folder));
        foreach (ElfSegment segment in image.Segments.ToArray().Where(s => s.Type == ElfSegment.Load))
        {
            foreach (ulong offset in (ulong[])[segment.Offset, segment.Offset + segment.FileSize - 1])
            {
                Assert.True(image.TryGetAddress(offset, out ulong address));
                Assert.True(image.TryGetFileOffset(address, out ulong back));
                Assert.Equal(offset, back);
            }
        }

        Assert.False(image.TryGetAddress(ulong.MaxValue, out _));
        Assert.False(image.TryGetFileOffset(ulong.MaxValue, out _));
    }

    [Fact]
    public void DebugLink_StrippedProgram_NamesTheDebugFileAndItsCrc()
    {
        using var folder = new TempFolder();
        string program = CompiledProgram.Build(folder);
        string objcopy = Require.Tool("objcopy");
        Tool.Run(objcopy, "--only-keep-debug", program, folder.At("program.debug"));
        Tool.Run(objcopy, "--strip-all", $"--add-gnu-debuglink={folder.At("program.debug")}", program, folder.At("stripped"));

        ElfDebugLink? link = ElfFile.Open(folder.At("stripped")).ReadDebugLink();

        Assert.NotNull(link);
        Assert.Equal("program.debug", link.FileName);
        byte[] debug = File.ReadAllBytes(folder.At("program.debug"));
        Assert.Equal(Crc32.Of(debug), link.Crc32);
        Assert.Equal(link.Crc32, DebugLinkCrc.Of(new MemoryBytes(debug)));
        Assert.Equal(Crc32.Of(debug.AsSpan(0, 13)), DebugLinkCrc.Of(new MemoryBytes(debug.AsMemory(0, 13))));
        Assert.Null(ElfFile.Open(program).ReadDebugLink());
    }

    [Theory]
    [InlineData(4, 1, "elf-32-bit")]
    [InlineData(5, 2, "elf-big-endian")]
    [InlineData(0, 0, "elf-magic")]
    [InlineData(6, 9, "elf-header")]
    public void Open_ForeignHeader_IsRefusedWithAReason(int at, byte value, string id)
    {
        byte[] bytes = File.ReadAllBytes(Require.Existing("/bin/true"));
        bytes[at] = value;
        Assert.Null(ElfImage.Open(new MemoryBytes(bytes), out ElfError error));
        Assert.Equal(id, error.Id());
    }

    [Fact]
    public void Open_CutAnywhere_GivesAnErrorOrAnImage()
    {
        byte[] bytes = File.ReadAllBytes(Require.Existing("/bin/true"));
        for (int length = 0; length < bytes.Length; length += length < 1024 ? 1 : 97)
        {
            ElfImage? image = ElfImage.Open(new MemoryBytes(bytes.AsMemory(0, length)), out ElfError error);
            Assert.Equal(image is null, error != ElfError.None);
        }
    }

    [GeneratedRegex(@"Build ID: ([0-9a-f]+)")]
    private static partial Regex BuildIdLine();

    [GeneratedRegex(@"^\s+LOAD\s+0x(\w+)\s+0x(\w+)\s+0x\w+\s+0x(\w+)\s+0x(\w+)", RegexOptions.Multiline)]
    private static partial Regex LoadLine();

    [GeneratedRegex(@"^\s+\[\s*\d+\]", RegexOptions.Multiline)]
    private static partial Regex SectionLine();

    private static ulong Hex(Group group) => ulong.Parse(group.Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
