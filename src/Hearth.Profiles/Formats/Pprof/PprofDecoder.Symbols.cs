using Hearth.Profiles.Model;
using Hearth.Wire.Protobuf;

namespace Hearth.Profiles.Formats.Pprof;

/// <content>Mappings, functions and locations.</content>
internal sealed partial class PprofDecoder
{
    private bool ReadMappings(ReadOnlySpan<byte> data)
    {
        _mappingRows.Reset(_mappings.Count);
        foreach (Piece piece in _mappings.Span)
        {
            Mapping mapping = default;
            ulong id = 0;
            long file = 0;
            long buildId = 0;
            ProtoReader reader = new(data.Slice(piece.Start, piece.Length));
            while (reader.ReadTag(out int field, out WireType type))
            {
                if (field is < 1 or > 10)
                {
                    reader.Skip(type);
                }
                else if (reader.Expect(type, WireType.Varint))
                {
                    SetMappingField(field, reader.ReadVarint(), ref mapping, ref id, ref file, ref buildId);
                }
            }

            if (reader.Failed)
            {
                return Malformed("mapping", piece.Start, reader.Error);
            }

            if (!Text(file, "file of a mapping", piece.Start, out mapping.Filename)
                || !Text(buildId, "build id of a mapping", piece.Start, out mapping.BuildId)
                || !AddId(_mappingRows, id, _symbols.Mappings.Add(mapping), "mapping", piece.Start))
            {
                return false;
            }
        }

        return true;
    }

    private static void SetMappingField(int field, ulong value, ref Mapping mapping, ref ulong id, ref long file, ref long buildId)
    {
        switch (field)
        {
            case 1:
                id = value;
                break;
            case 2:
                mapping.MemoryStart = value;
                break;
            case 3:
                mapping.MemoryLimit = value;
                break;
            case 4:
                mapping.FileOffset = value;
                break;
            case 5:
                file = (long)value;
                break;
            case 6:
                buildId = (long)value;
                break;
            default:
                MappingFlags flag = (MappingFlags)(1 << (field - 7));
                mapping.Flags = value != 0 ? mapping.Flags | flag : mapping.Flags & ~flag;
                break;
        }
    }

    private bool ReadFunctions(ReadOnlySpan<byte> data)
    {
        _functionRows.Reset(_functions.Count);
        foreach (Piece piece in _functions.Span)
        {
            ulong id = 0;
            long name = 0;
            long systemName = 0;
            long file = 0;
            Function function = default;
            ProtoReader reader = new(data.Slice(piece.Start, piece.Length));
            while (reader.ReadTag(out int field, out WireType type))
            {
                switch (field)
                {
                    case 1 when reader.Expect(type, WireType.Varint):
                        id = reader.ReadVarint();
                        break;
                    case 2 when reader.Expect(type, WireType.Varint):
                        name = reader.ReadInt64();
                        break;
                    case 3 when reader.Expect(type, WireType.Varint):
                        systemName = reader.ReadInt64();
                        break;
                    case 4 when reader.Expect(type, WireType.Varint):
                        file = reader.ReadInt64();
                        break;
                    case 5 when reader.Expect(type, WireType.Varint):
                        function.StartLine = reader.ReadInt64();
                        break;
                    case >= 1 and <= 5:
                        break;
                    default:
                        reader.Skip(type);
                        break;
                }
            }

            if (reader.Failed)
            {
                return Malformed("function", piece.Start, reader.Error);
            }

            if (!Text(name, "name of a function", piece.Start, out function.Name)
                || !Text(systemName, "system name of a function", piece.Start, out function.SystemName)
                || !Text(file, "file of a function", piece.Start, out function.Filename)
                || !AddId(_functionRows, id, _symbols.Functions.Add(function), "function", piece.Start))
            {
                return false;
            }
        }

        return true;
    }

    private bool ReadLocations(ReadOnlySpan<byte> data)
    {
        _locationRows.Reset(_locations.Count);
        foreach (Piece piece in _locations.Span)
        {
            if (!ReadLocation(data, piece))
            {
                return false;
            }
        }

        return true;
    }

    private bool ReadLocation(ReadOnlySpan<byte> data, Piece piece)
    {
        ulong id = 0;
        ulong mapping = 0;
        Location location = new() { LineStart = _symbols.Lines.Count };
        ProtoReader reader = new(data.Slice(piece.Start, piece.Length));
        while (reader.ReadTag(out int field, out WireType type))
        {
            switch (field)
            {
                case 1 when reader.Expect(type, WireType.Varint):
                    id = reader.ReadVarint();
                    break;
                case 2 when reader.Expect(type, WireType.Varint):
                    mapping = reader.ReadVarint();
                    break;
                case 3 when reader.Expect(type, WireType.Varint):
                    location.Address = reader.ReadVarint();
                    break;
                case 4 when reader.Expect(type, WireType.LengthDelimited):
                    ProtoReader line = reader.ReadMessage();
                    if (!ReadLine(ref line, piece.Start))
                    {
                        return false;
                    }

                    reader.Absorb(line);
                    break;
                case 5 when reader.Expect(type, WireType.Varint):
                    location.IsFolded = reader.ReadBool();
                    break;
                case >= 1 and <= 5:
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (reader.Failed)
        {
            return Malformed("location", piece.Start, reader.Error);
        }

        location.LineCount = _symbols.Lines.Count - location.LineStart;
        location.Mapping = _mappingRows.Find(mapping);
        if (location.Mapping == 0 && mapping != 0)
        {
            _problems.Add(
                "pprof-mapping-reference",
                piece.Start,
                $"Location {id} is in mapping {mapping}, which the file has not; it is taken as unknown.");
        }

        return AddId(_locationRows, id, _symbols.Locations.Add(location), "location", piece.Start);
    }

    private bool ReadLine(ref ProtoReader reader, int offset)
    {
        ulong function = 0;
        Line line = default;
        while (reader.ReadTag(out int field, out WireType type))
        {
            switch (field)
            {
                case 1 when reader.Expect(type, WireType.Varint):
                    function = reader.ReadVarint();
                    break;
                case 2 when reader.Expect(type, WireType.Varint):
                    line.LineNumber = reader.ReadInt64();
                    break;
                case 3 when reader.Expect(type, WireType.Varint):
                    line.ColumnNumber = reader.ReadInt64();
                    break;
                case >= 1 and <= 3:
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (reader.Failed)
        {
            return true; // The location takes the failure over.
        }

        line.Function = _functionRows.Find(function);
        if (line.Function == 0)
        {
            return Refuse("pprof-function-reference", offset, $"A location names function {function}, which the file has not.");
        }

        if (_symbols.Lines.Count >= _limits.LinesMax)
        {
            return Refuse("pprof-too-many-lines", offset, $"More than {_limits.LinesMax} source lines.");
        }

        _symbols.Lines.Add(line);
        return true;
    }

    private bool AddId(IdMap rows, ulong id, int row, string what, int offset)
    {
        if (id == 0)
        {
            return Refuse($"pprof-{what}-id-zero", offset, $"A {what} has no id, or the id 0.");
        }

        return rows.Add(id, row) || Refuse($"pprof-{what}-id-twice", offset, $"Two {what}s have the id {id}.");
    }
}
