using System.Text;
using Hearth.Collector.Processes;
using Hearth.Profiles.Model;

namespace Hearth.Collector.Unwind;

/// <summary>
/// Collects what a symbolizer says about one address and enters it into the tables of the document. Reused: allocates nothing
/// per location.
/// <para>
/// Addresses in the document are <b>file offsets</b> and a mapping's memory range equals its file range (memory_start = file
/// offset), so that all processes share one location per place in a file and nothing depends on address randomisation.
/// Code without a file (JIT, kernel) has address 0 and is told apart by its names.
/// </para>
/// </summary>
internal sealed class LocationBuilder
{
    private readonly Dictionary<(MappedFile File, ulong Offset, ulong Length), int> _mappings = [];
    private readonly Dictionary<NamedMapping, int> _namedMappings = [];
    private readonly Dictionary<(int Name, int SystemName, int Filename, long StartLine), int> _functions = [];
    private readonly Dictionary<(int Mapping, int Function, long Line, int FrameType), int> _named = [];
    private readonly Line[] _lines = new Line[LinesMax];
    private SymbolTable _symbols = new();
    private int _mapping;
    private ulong _address;
    private int _lineCount;
    private int _frameType;
    private bool _addressless;

    /// <summary>Inlined functions of one address that are kept.</summary>
    public const int LinesMax = 32;

    /// <summary>Bytes of a name that are kept; the rest is cut.</summary>
    public const int NameBytesMax = 4096;

    /// <summary>The document's strings, for names that are put together by the symbolizer.</summary>
    public StringTable Strings => _symbols.Strings;

    /// <summary>Points to the tables of a new (cleared) document.</summary>
    public void Attach(SymbolTable symbols)
    {
        _symbols = symbols;
        _mappings.Clear();
        _namedMappings.Clear();
        _functions.Clear();
        _named.Clear();
    }

    /// <summary>Sets profile.frame.type: <c>native</c>, <c>kernel</c>, <c>dotnet</c>, …</summary>
    public void SetFrameType(ReadOnlySpan<byte> type) => _frameType = _symbols.Strings.Intern(type);

    /// <summary>
    /// Adds a function, innermost first when calls were inlined.
    /// </summary>
    /// <param name="name">UTF-8 name for people; cut at <see cref="NameBytesMax"/>.</param>
    /// <param name="systemName">Name as linker or runtime have it; empty when it is the same.</param>
    /// <param name="file">Source file, or module for runtimes that know no source; may be empty.</param>
    /// <param name="line">1-based line of the address; 0 unknown.</param>
    /// <param name="startLine">1-based first line of the function; 0 unknown.</param>
    public void AddLine(
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> systemName = default,
        ReadOnlySpan<byte> file = default,
        long line = 0,
        long startLine = 0)
    {
        if (_lineCount == LinesMax)
        {
            return;
        }

        StringTable strings = _symbols.Strings;
        int nameIndex = strings.Intern(Cut(name));
        Function function = new()
        {
            Name = nameIndex,
            SystemName = systemName.IsEmpty ? nameIndex : strings.Intern(Cut(systemName)),
            Filename = strings.Intern(Cut(file)),
            StartLine = startLine,
        };

        // A tuple compares without boxing; the row struct would not.
        (int, int, int, long) key = (function.Name, function.SystemName, function.Filename, function.StartLine);
        if (!_functions.TryGetValue(key, out int row))
        {
            row = _symbols.Functions.Add(function);
            _functions.Add(key, row);
        }

        _lines[_lineCount++] = new Line { Function = row, LineNumber = line };
    }

    /// <summary>Sets the build id (lower-case hex) of the mapping the address lies in.</summary>
    public void SetBuildId(ReadOnlySpan<byte> hex)
    {
        if (_mapping != 0 && !hex.IsEmpty)
        {
            _symbols.Mappings[_mapping].BuildId = _symbols.Strings.Intern(hex);
        }
    }

    /// <summary>
    /// Says that the code belongs to this module rather than to the mapped memory it runs in (a JIT method's assembly, a kernel
    /// module): the location gets a mapping of that name and, being named, no address.
    /// </summary>
    public void UseModule(ReadOnlySpan<byte> filename, ReadOnlySpan<byte> buildId = default)
    {
        StringTable strings = _symbols.Strings;
        NamedMapping key = new(strings.Intern(Cut(filename)), strings.Intern(buildId));
        if (!_namedMappings.TryGetValue(key, out int row))
        {
            row = _symbols.Mappings.Add(new Mapping { Filename = key.Filename, BuildId = key.BuildId, Flags = MappingFlags.HasFunctions });
            _namedMappings.Add(key, row);
        }

        _mapping = row;
        _addressless = true;
    }

    /// <summary>Starts a location in a user mapping.</summary>
    internal void BeginUser(in ProcessMapping mapping, ulong address)
    {
        Begin();
        if (mapping.File.Kind == MappedFileKind.Jit)
        {
            _addressless = true;
            return;
        }

        _mapping = MappingRow(mapping);
        _address = mapping.OffsetOf(address);
    }

    /// <summary>Starts a location in the kernel.</summary>
    internal void BeginKernel()
    {
        Begin();
        UseModule("[kernel.kallsyms]"u8);
        SetFrameType("kernel"u8);
    }

    /// <summary>Enters the location. One without address and name gets <paramref name="placeholder"/> as its name.</summary>
    internal int Complete(ReadOnlySpan<byte> placeholder)
    {
        if (_addressless && _lineCount == 0)
        {
            AddLine(placeholder);
        }

        if (!_addressless || _lineCount > 1)
        {
            return Add();
        }

        (int, int, long, int) key = (_mapping, _lines[0].Function, _lines[0].LineNumber, _frameType);
        if (!_named.TryGetValue(key, out int row))
        {
            row = Add();
            _named.Add(key, row);
        }

        return row;
    }

    /// <summary>A location that stands for something the collector could not do: <c>[other]</c>, <c>[truncated]</c>, …</summary>
    internal int Marker(string name)
    {
        Begin();
        _addressless = true;
        SetFrameType("hearth"u8);
        return Complete(Encoding.UTF8.GetBytes(name));
    }

    private void Begin()
    {
        _mapping = 0;
        _address = 0;
        _lineCount = 0;
        _frameType = 0;
        _addressless = false;
    }

    private int Add()
    {
        int start = _symbols.Lines.AddRange(_lines.AsSpan(0, _lineCount));
        if (_lineCount > 0 && _mapping != 0)
        {
            _symbols.Mappings[_mapping].Flags |= MappingFlags.HasFunctions;
        }

        return _symbols.Locations.Add(new Location
        {
            Mapping = _mapping,
            Address = _addressless ? 0 : _address,
            LineStart = start,
            LineCount = _lineCount,
            FrameType = _frameType,
        });
    }

    private int MappingRow(in ProcessMapping mapping)
    {
        (MappedFile, ulong, ulong) key = (mapping.File, mapping.Offset, mapping.Limit - mapping.Start);
        if (!_mappings.TryGetValue(key, out int row))
        {
            row = _symbols.Mappings.Add(new Mapping
            {
                MemoryStart = mapping.Offset,
                MemoryLimit = mapping.Offset + key.Item3,
                FileOffset = mapping.Offset,
                Filename = _symbols.Strings.Intern(mapping.File.Path),
            });
            _mappings.Add(key, row);
        }

        return row;
    }

    /// <summary>Cuts at the bound, never inside a UTF-8 character.</summary>
    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> text)
    {
        if (text.Length <= NameBytesMax)
        {
            return text;
        }

        int length = NameBytesMax;
        while (length > NameBytesMax - 4 && (text[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return text[..length];
    }

    private readonly record struct NamedMapping(int Filename, int BuildId);
}
