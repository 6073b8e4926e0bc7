using Hearth.Collector.Processes;
using Hearth.Collector.Unwind;
using Hearth.Profiles.Model;
using Xunit;

namespace Hearth.Collector.Tests.Unwind;

public sealed class LocationBuilderTests
{
    private static readonly MappedFile File = new(MappedFileKind.File, "/lib/x.so", 1, 2, 0);
    private static readonly MappedFile Jit = new(MappedFileKind.Jit, "/memfd:doublemapper (deleted)", 1, 2, 0);
    private readonly SymbolTable _symbols = new();
    private readonly LocationBuilder _builder = new();

    public LocationBuilderTests() => _builder.Attach(_symbols);

    [Fact]
    public void User_SameFileInTwoProcesses_HasOneMappingAndFileOffsets()
    {
        ProcessMapping here = new(0x7f0000000000, 0x7f0000002000, 0x1000, File);
        ProcessMapping there = new(0x7f5555550000, 0x7f5555552000, 0x1000, File);
        _builder.BeginUser(here, 0x7f0000000010);
        _builder.SetBuildId("abcd"u8);
        int first = _builder.Complete("x"u8);
        _builder.BeginUser(there, 0x7f5555550020);
        int second = _builder.Complete("x"u8);
        Assert.Equal(_symbols.Locations[first].Mapping, _symbols.Locations[second].Mapping);
        Assert.Equal(0x1010UL, _symbols.Locations[first].Address);
        Assert.Equal(0x1020UL, _symbols.Locations[second].Address);
        Mapping mapping = _symbols.Mappings[_symbols.Locations[first].Mapping];
        Assert.Equal((0x1000UL, 0x3000UL, 0x1000UL), (mapping.MemoryStart, mapping.MemoryLimit, mapping.FileOffset));
        Assert.Equal("abcd", _symbols.Strings.GetString(mapping.BuildId));
        Assert.Equal(0, _symbols.Locations[first].LineCount);
    }

    [Fact]
    public void Jit_TwoAddressesOfOneMethod_AreOneLocationWithoutAddress()
    {
        int[] rows = new int[2];
        for (int i = 0; i < 2; i++)
        {
            _builder.BeginUser(new ProcessMapping(0x1000, 0x2000, 0, Jit), 0x1000 + (ulong)i);
            _builder.SetFrameType("dotnet"u8);
            _builder.UseModule("App.dll"u8);
            _builder.AddLine("App.Program.Main"u8, "int32 [App] App.Program::Main()"u8);
            rows[i] = _builder.Complete("[anonymous code]"u8);
        }

        Assert.Equal(rows[0], rows[1]);
        Location location = _symbols.Locations[rows[0]];
        Assert.Equal(0UL, location.Address);
        Assert.Equal("App.dll", _symbols.Strings.GetString(_symbols.Mappings[location.Mapping].Filename));
    }

    [Fact]
    public void Kernel_Unnamed_GetsThePlaceholder()
    {
        _builder.BeginKernel();
        Location location = _symbols.Locations[_builder.Complete("[kernel]"u8)];
        Assert.Equal("[kernel]", NameOf(location));
        Assert.Equal("kernel", _symbols.Strings.GetString(location.FrameType));
    }

    [Fact]
    public void Inlined_Lines_AreKeptInOrder()
    {
        _builder.BeginUser(new ProcessMapping(0x1000, 0x2000, 0, File), 0x1000);
        _builder.AddLine("inner"u8, line: 3);
        _builder.AddLine("outer"u8, line: 9);
        Location location = _symbols.Locations[_builder.Complete("x"u8)];
        Assert.Equal(2, location.LineCount);
        Assert.Equal("inner", NameOf(location));
    }

    [Fact]
    public void Name_TooLong_IsCutAtACharacter()
    {
        string name = new('ä', LocationBuilder.NameBytesMax);
        _builder.BeginKernel();
        _builder.AddLine(System.Text.Encoding.UTF8.GetBytes('x' + name));
        string kept = NameOf(_symbols.Locations[_builder.Complete("x"u8)]);
        Assert.DoesNotContain('\ufffd', kept);
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(kept), LocationBuilder.NameBytesMax - 3, LocationBuilder.NameBytesMax);
    }

    private string NameOf(in Location location) =>
        _symbols.Strings.GetString(_symbols.Functions[_symbols.LinesOf(location)[0].Function].Name);
}
