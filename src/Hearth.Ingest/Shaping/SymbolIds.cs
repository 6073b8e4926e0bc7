using System.Runtime.CompilerServices;
using Hearth.Profiles.Ids;
using Hearth.Profiles.Model;

namespace Hearth.Ingest.Shaping;

/// <summary>
/// Ids of the functions, mappings and locations of one document, each computed when it is first asked for. Ids are never 0, so 0
/// means "not computed". Two locations do not come from any document: they stand for cut frames and for a missing stack.
/// </summary>
internal sealed class SymbolIds
{
    /// <summary>Stands for the callers that were cut off a stack that was too deep.</summary>
    public const int TruncatedLocation = -1;

    /// <summary>Stands for the stack of a sample that has none.</summary>
    public const int MissingLocation = -2;

    /// <summary>Function of <see cref="TruncatedLocation"/>.</summary>
    public static readonly SyntheticFrame Truncated = new("[truncated]"u8);

    /// <summary>Function of <see cref="MissingLocation"/>.</summary>
    public static readonly SyntheticFrame Missing = new("[no stack]"u8);

    private SymbolTable _symbols = null!;
    private ulong[] _functions = [];
    private ulong[] _mappings = [];
    private ulong[] _frames = [];
    private byte[] _mappingBits = [];

    /// <summary>Starts on another document.</summary>
    public void Start(SymbolTable symbols)
    {
        _symbols = symbols;
        Prepare(ref _functions, symbols.Functions.Count);
        Prepare(ref _mappings, symbols.Mappings.Count);
        Prepare(ref _frames, symbols.Locations.Count);
        Prepare(ref _mappingBits, symbols.Locations.Count);
    }

    /// <summary>Id of a function row.</summary>
    public ulong FunctionId(int index)
    {
        ref ulong id = ref _functions[index];
        if (id == 0)
        {
            Function row = _symbols.Functions[index];
            StringTable strings = _symbols.Strings;
            id = ContentIds.FunctionId(strings[row.Name], strings[row.SystemName], strings[row.Filename], row.StartLine);
        }

        return id;
    }

    /// <summary>Id of a mapping row; 0 for row 0, "no mapping".</summary>
    public ulong MappingId(int index)
    {
        if (index == 0)
        {
            return 0;
        }

        ref ulong id = ref _mappings[index];
        if (id == 0)
        {
            Mapping row = _symbols.Mappings[index];
            id = ContentIds.MappingId(_symbols.Strings[row.BuildId], _symbols.Strings[row.Filename]);
        }

        return id;
    }

    /// <summary>Id of the frame of a location, or of one of the two synthetic ones.</summary>
    public ulong FrameId(int location)
    {
        if (location < 0)
        {
            return location == TruncatedLocation ? Truncated.Frame : Missing.Frame;
        }

        ulong id = _frames[location];
        return id != 0 ? id : MakeFrame(location);
    }

    /// <summary>
    /// Ids of the frames of locations of the document; adds their mappings to the mask, all there are when
    /// <paramref name="mappings"/> holds every bit already.
    /// </summary>
    public void FrameIds(ReadOnlySpan<int> locations, Span<ulong> ids, ref ulong mappings)
    {
        // This loop runs once per frame of every distinct stack and is bound by the cache misses of one small table, or two.
        ulong[] frames = _frames;
        ids = ids[..locations.Length];
        for (int i = 0; i < locations.Length; i++)
        {
            int location = locations[i];
            ulong id = frames[location];
            ids[i] = id != 0 ? id : MakeFrame(location);
        }

        if (mappings == ulong.MaxValue)
        {
            return;
        }

        byte[] bits = _mappingBits;
        ulong mask = 0;
        foreach (int location in locations)
        {
            mask |= 1UL << bits[location];
        }

        mappings |= mask;
    }

    /// <summary>
    /// The bit of a mapping in a mask of 64: past 64 mappings several share one, so a mask may name too many, never too few.
    /// </summary>
    public static ulong MaskOf(int mapping) => 1UL << mapping;

    /// <summary>True when nobody named the frame: no line, or a function without a name.</summary>
    public bool IsUnnamed(int location)
    {
        Span<Line> lines = _symbols.LinesOf(_symbols.Locations[location]);
        if (lines.IsEmpty)
        {
            return true;
        }

        Function function = _symbols.Functions[lines[0].Function];
        return function.Name == 0 && function.SystemName == 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ulong MakeFrame(int location)
    {
        ref readonly Location row = ref _symbols.Locations[location];
        foreach (Line line in _symbols.LinesOf(row))
        {
            FunctionId(line.Function);
        }

        _mappingBits[location] = (byte)(row.Mapping & 63);
        return _frames[location] = ContentIds.FrameId(_symbols, row, _functions);
    }

    private static void Prepare<T>(ref T[] ids, int count)
    {
        if (ids.Length < count)
        {
            ids = new T[Math.Max(count, ids.Length * 2)];
        }
        else
        {
            Array.Clear(ids, 0, count);
        }
    }
}
