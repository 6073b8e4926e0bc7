using Hearth.Profiles.Model;
using Hearth.Wire.Protobuf;

namespace Hearth.Profiles.Formats.Pprof;

/// <summary>Encodes one profile. Reused with its document.</summary>
internal sealed partial class PprofEncoder
{
    private readonly StringTable _extra = new();
    private readonly Column<int> _stringOrder = new();
    private readonly Column<byte> _stackUsed = new();
    private int[] _stringIds = [];
    private int[] _extraIds = [];
    private int[] _mappingIds = [];
    private int[] _functionIds = [];
    private int[] _locationIds = [];
    private SymbolTable _symbols = null!;
    private Profile _profile = null!;
    private ProtoWriter _output = null!;

    public void Encode(ProfileDocument document, Profile profile, ProtoWriter output)
    {
        _symbols = document.Symbols;
        _profile = profile;
        _output = output;
        _extra.Clear();
        _stringOrder.Clear();
        Clear(ref _stringIds, _symbols.Strings.Count);
        Clear(ref _mappingIds, _symbols.Mappings.Count);
        Clear(ref _functionIds, _symbols.Functions.Count);
        Clear(ref _locationIds, _symbols.Locations.Count);
        if (document.ProfileCount == 1)
        {
            _mappingIds.AsSpan().Fill(1);
            _functionIds.AsSpan().Fill(1);
            _locationIds.AsSpan().Fill(1);
        }
        else
        {
            MarkUsed();
        }

        Number(_mappingIds, _symbols.Mappings.Count);
        Number(_functionIds, _symbols.Functions.Count);
        Number(_locationIds, _symbols.Locations.Count);
        foreach (Model.ValueType type in profile.SampleTypes.Span)
        {
            WriteValueType(1, type);
        }

        foreach (ref Sample sample in profile.Samples.Span)
        {
            WriteSample(sample);
        }

        WriteSymbols();
        WriteHeader();
        WriteStrings();
    }

    private static void Clear(ref int[] ids, int count)
    {
        if (ids.Length < count)
        {
            ids = new int[Math.Max(count, ids.Length * 2)];
        }
        else
        {
            Array.Clear(ids);
        }
    }

    // Ids follow the order of the table among the rows that are marked; row 0 stands for none and has none.
    private static void Number(int[] ids, int count)
    {
        int id = 0;
        for (int row = 0; row < count; row++)
        {
            ids[row] = row > 0 && ids[row] != 0 ? ++id : 0;
        }
    }

    private void MarkUsed()
    {
        _stackUsed.Clear();
        _stackUsed.Extend(_symbols.Stacks.Count).Clear();
        foreach (ref Sample sample in _profile.Samples.Span)
        {
            ref byte used = ref _stackUsed[sample.Stack];
            if (used != 0)
            {
                continue;
            }

            used = 1;
            foreach (int location in _symbols.Stacks[sample.Stack])
            {
                if (_locationIds[location] == 0)
                {
                    _locationIds[location] = 1;
                    MarkLocation(_symbols.Locations[location]);
                }
            }
        }
    }

    private void MarkLocation(in Location location)
    {
        _mappingIds[location.Mapping] = 1;
        foreach (ref Line line in _symbols.LinesOf(location))
        {
            _functionIds[line.Function] = 1;
        }
    }

    private void WriteValueType(int field, Model.ValueType type)
    {
        int mark = _output.Begin(field);
        _output.Int64(1, Text(type.Type));
        _output.Int64(2, Text(type.Unit));
        _output.End(mark);
    }

    private void WriteSample(in Sample sample)
    {
        int mark = _output.Begin(2);
        Span<int> stack = _symbols.Stacks[sample.Stack];
        if (!stack.IsEmpty)
        {
            int list = _output.Begin(1);
            foreach (int location in stack)
            {
                // Row 0 stands for no location: readers would refuse an id of 0.
                if (location != 0)
                {
                    _output.Varint((ulong)_locationIds[location]);
                }
            }

            _output.End(list);
        }

        int types = _profile.SampleTypes.Count;
        if (types > 0)
        {
            int list = _output.Begin(2);
            for (int type = 0; type < types; type++)
            {
                _output.Varint((ulong)_profile.ValueOf(sample, type));
            }

            _output.End(list);
        }

        foreach (int index in _symbols.AttributeSets[sample.AttributeSet])
        {
            WriteLabel(_symbols.Attributes[index]);
        }

        if (sample.Link != 0)
        {
            WriteLink(_symbols.Links[sample.Link]);
        }

        _output.End(mark);
    }

    private void WriteSymbols()
    {
        for (int row = 1; row < _symbols.Mappings.Count; row++)
        {
            if (_mappingIds[row] != 0)
            {
                WriteMapping(row, _symbols.Mappings[row]);
            }
        }

        for (int row = 1; row < _symbols.Locations.Count; row++)
        {
            if (_locationIds[row] != 0)
            {
                WriteLocation(row, _symbols.Locations[row]);
            }
        }

        for (int row = 1; row < _symbols.Functions.Count; row++)
        {
            if (_functionIds[row] != 0)
            {
                Function function = _symbols.Functions[row];
                int mark = _output.Begin(5);
                _output.Int64(1, _functionIds[row]);
                _output.Int64(2, Text(function.Name));
                _output.Int64(3, Text(function.SystemName));
                _output.Int64(4, Text(function.Filename));
                _output.Int64(5, function.StartLine);
                _output.End(mark);
            }
        }
    }

    private void WriteMapping(int row, in Mapping mapping)
    {
        int mark = _output.Begin(3);
        _output.Int64(1, _mappingIds[row]);
        _output.UInt64(2, mapping.MemoryStart);
        _output.UInt64(3, mapping.MemoryLimit);
        _output.UInt64(4, mapping.FileOffset);
        _output.Int64(5, Text(mapping.Filename));
        _output.Int64(6, Text(mapping.BuildId));
        for (int flag = 0; flag < 4; flag++)
        {
            _output.Bool(7 + flag, ((int)mapping.Flags & (1 << flag)) != 0);
        }

        _output.End(mark);
    }

    private void WriteLocation(int row, in Location location)
    {
        int mark = _output.Begin(4);
        _output.Int64(1, _locationIds[row]);
        _output.Int64(2, _mappingIds[location.Mapping]);
        _output.UInt64(3, location.Address);
        foreach (ref Line line in _symbols.LinesOf(location))
        {
            // A line without a function would make readers refuse the file.
            if (line.Function != 0)
            {
                int nested = _output.Begin(4);
                _output.Int64(1, _functionIds[line.Function]);
                _output.Int64(2, line.LineNumber);
                _output.Int64(3, line.ColumnNumber);
                _output.End(nested);
            }
        }

        _output.Bool(5, location.IsFolded);
        _output.End(mark);
    }

    private void WriteHeader()
    {
        _output.Int64(7, Text(_profile.DropFrames));
        _output.Int64(8, Text(_profile.KeepFrames));
        _output.Int64(9, _profile.TimeNanos);
        _output.Int64(10, _profile.DurationNanos);
        if (_profile.PeriodType != default)
        {
            WriteValueType(11, _profile.PeriodType);
        }

        _output.Int64(12, _profile.Period);
        if (_profile.Comments.Count > 0)
        {
            int list = _output.Begin(13);
            foreach (int comment in _profile.Comments.Span)
            {
                _output.Varint((ulong)Text(comment));
            }

            _output.End(list);
        }

        _output.Int64(14, Text(_profile.DefaultSampleType));
        _output.Int64(15, Text(_profile.DocUrl));
    }

    // Last, when every string that is used has its index. The order is the order of first use.
    private void WriteStrings()
    {
        _output.BytesAlways(6, default);
        foreach (int source in _stringOrder.Span)
        {
            _output.BytesAlways(6, source >= 0 ? _symbols.Strings[source] : _extra[~source]);
        }
    }

    private int Text(int source)
    {
        if (source == 0 || _symbols.Strings[source].IsEmpty)
        {
            return 0;
        }

        ref int id = ref _stringIds[source];
        if (id == 0)
        {
            _stringOrder.Add(source);
            id = _stringOrder.Count;
        }

        return id;
    }

    private int ExtraText(ReadOnlySpan<byte> value)
    {
        int source = _extra.Intern(value);
        if (source == 0)
        {
            return 0;
        }

        if (_extraIds.Length <= source)
        {
            Array.Resize(ref _extraIds, Math.Max(16, source * 2));
        }

        // An entry counts only if the order still says so: the array is not cleared from one profile to the next.
        ref int id = ref _extraIds[source];
        if (id == 0 || id > _stringOrder.Count || _stringOrder[id - 1] != ~source)
        {
            _stringOrder.Add(~source);
            id = _stringOrder.Count;
        }

        return id;
    }
}
