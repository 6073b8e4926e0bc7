using System.Buffers.Binary;
using Hearth.Profiles.Model;
using Hearth.Wire.Protobuf;

namespace Hearth.Profiles.Formats.Otlp;

/// <content>Links, locations and stacks of the dictionary, and the attributes that are fields of the model.</content>
internal sealed partial class OtlpDecoder
{
    private readonly Column<int> _indices = new();

    private Link ReadLink(ref ProtoReader reader, int index, int offset)
    {
        ReadOnlySpan<byte> trace = default;
        ReadOnlySpan<byte> span = default;
        while (reader.ReadTag(out int field, out WireType type))
        {
            switch (field)
            {
                case 1 when reader.Expect(type, WireType.LengthDelimited):
                    trace = reader.ReadBytes();
                    break;
                case 2 when reader.Expect(type, WireType.LengthDelimited):
                    span = reader.ReadBytes();
                    break;
                case 1 or 2:
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (trace.Length is not (0 or 16) || span.Length is not (0 or 8))
        {
            _problems.Add(
                "otlp-link-length",
                offset,
                $"Link {index} has ids of {trace.Length} and {span.Length} bytes, not 16 and 8; it is taken as none.");
            return default;
        }

        return new Link(
            trace.IsEmpty ? 0 : BinaryPrimitives.ReadUInt128BigEndian(trace),
            span.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64BigEndian(span));
    }

    private bool ReadLocations(ReadOnlySpan<byte> data)
    {
        Span<Piece> pieces = _tables[1].Span;
        _locations = default;
        Begin(_badLocations);
        for (int i = 0; i < pieces.Length; i++)
        {
            ProtoReader reader = ReaderOf(data, pieces[i]);
            bool holds = ReadLocation(ref reader, out Location location);
            if (reader.Failed)
            {
                return Malformed("location", pieces[i].Start, reader.Error);
            }

            if (_symbols.Lines.Count > _limits.LinesMax)
            {
                return Refuse("otlp-too-many-lines", pieces[i].Start, $"More than {_limits.LinesMax} source lines.");
            }

            if (i == 0)
            {
                bool zero = holds && location is { Mapping: 0, Address: 0, LineCount: 0, AttributeSet: 0, FrameType: 0, IsFolded: false };
                _locations = Shift("location_table", pieces.Length, zero || pieces[0].Length == 0);
                if (_locations.Offset == 0)
                {
                    continue;
                }
            }

            ReportBad(holds, "location", i, pieces[i].Start);
            _symbols.Locations.Add(location);
            _badLocations.Add(!holds);
        }

        return true;
    }

    private bool ReadLocation(ref ProtoReader reader, out Location location)
    {
        location = new Location { LineStart = _symbols.Lines.Count };
        int mapping = 0;
        bool holds = true;
        _indices.Clear();
        while (reader.ReadTag(out int field, out WireType type))
        {
            switch (field)
            {
                case 1 when reader.Expect(type, WireType.Varint):
                    mapping = reader.ReadInt32();
                    break;
                case 2 when reader.Expect(type, WireType.Varint):
                    location.Address = reader.ReadVarint();
                    break;
                case 3 when reader.Expect(type, WireType.LengthDelimited):
                    ProtoReader line = reader.ReadMessage();
                    holds &= ReadLine(ref line);
                    reader.Absorb(line);
                    break;
                case 4:
                    ReadIndices(ref reader, type);
                    break;
                case >= 1 and <= 3:
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        location.LineCount = _symbols.Lines.Count - location.LineStart;
        holds &= _mappings.TryRow(mapping, out int row);
        location.Mapping = holds ? row : 0;
        return holds && !_badMappings[location.Mapping] & TakeLocationAttributes(ref location);
    }

    private bool ReadLine(ref ProtoReader reader)
    {
        int function = 0;
        Line line = default;
        while (reader.ReadTag(out int field, out WireType type))
        {
            if (field is < 1 or > 3)
            {
                reader.Skip(type);
            }
            else if (reader.Expect(type, WireType.Varint))
            {
                long value = reader.ReadInt64();
                _ = field switch
                {
                    1 => function = (int)value,
                    2 => line.LineNumber = value,
                    _ => line.ColumnNumber = value,
                };
            }
        }

        if (!_functions.TryRow(function, out int row))
        {
            return false;
        }

        line.Function = row;
        _symbols.Lines.Add(line);
        return !_badFunctions[row];
    }

    private bool ReadStacks(ReadOnlySpan<byte> data)
    {
        Span<Piece> pieces = _tables[6].Span;
        _stacks = default;
        Begin(_badStacks);
        for (int i = 0; i < pieces.Length; i++)
        {
            _symbols.Stacks.Open();
            ProtoReader reader = ReaderOf(data, pieces[i]);
            bool holds = ReadStack(ref reader, out int depth);
            if (reader.Failed)
            {
                return Malformed("stack", pieces[i].Start, reader.Error);
            }

            if (i == 0)
            {
                _stacks = Shift("stack_table", pieces.Length, depth == 0);
                if (_stacks.Offset == 0)
                {
                    _symbols.Stacks.Abandon();
                    continue;
                }
            }

            if (depth > _limits.StackDepthMax)
            {
                _problems.Add(
                    "otlp-stack-depth", pieces[i].Start, $"A stack of {depth} frames keeps its innermost {_limits.StackDepthMax}.");
            }

            if (_symbols.Stacks.ItemCount > _limits.StackLocationsMax)
            {
                return Refuse(
                    "otlp-too-many-stack-locations", pieces[i].Start, $"More than {_limits.StackLocationsMax} locations in all stacks.");
            }

            ReportBad(holds, "stack", i, pieces[i].Start);
            _badStacks.Add(!holds);
        }

        return true;
    }

    private bool ReadStack(ref ProtoReader reader, out int depth)
    {
        depth = 0;
        bool holds = true;
        while (reader.ReadTag(out int field, out WireType type))
        {
            if (field != 1)
            {
                reader.Skip(type);
            }
            else if (type == WireType.Varint)
            {
                holds &= PushLocation(reader.ReadInt32(), ref depth);
            }
            else if (reader.Expect(type, WireType.LengthDelimited))
            {
                PackedVarints packed = new(reader.ReadBytes());
                while (packed.Read(out ulong index))
                {
                    holds &= PushLocation((int)index, ref depth);
                }

                if (packed.Failed)
                {
                    reader.Fail(ProtoError.Truncated);
                }
            }
        }

        return holds;
    }

    private bool PushLocation(int index, ref int depth)
    {
        bool holds = _locations.TryRow(index, out int row);
        row = holds ? row : 0;
        if (depth++ < _limits.StackDepthMax)
        {
            _symbols.Stacks.Push(row);
        }

        return holds && !_badLocations[row];
    }

    private void ReadIndices(ref ProtoReader reader, WireType type)
    {
        if (type == WireType.Varint)
        {
            _indices.Add(reader.ReadInt32());
        }
        else if (reader.Expect(type, WireType.LengthDelimited))
        {
            PackedVarints packed = new(reader.ReadBytes());
            while (packed.Read(out ulong index))
            {
                _indices.Add((int)index);
            }

            if (packed.Failed)
            {
                reader.Fail(ProtoError.Truncated);
            }
        }
    }

    private bool TakeMappingAttributes(ref Mapping mapping)
    {
        if (_indices.Count == 0)
        {
            return true;
        }

        bool holds = true;
        int go = 0;
        int hash = 0;
        _symbols.AttributeSets.Open();
        foreach (int index in _indices.Span)
        {
            holds &= TryAttribute(index, out int row);
            Model.Attribute attribute = _symbols.Attributes[row];
            AttributeRole role = _roles[row];
            if (role == AttributeRole.BuildIdGnu && attribute.Kind == AttributeKind.String)
            {
                mapping.BuildId = attribute.Text;
            }
            else if (role is >= AttributeRole.HasFunctions and <= AttributeRole.HasInlineFrames && attribute.Kind == AttributeKind.Bool)
            {
                mapping.Flags |= attribute.Number != 0 ? (MappingFlags)(1 << (role - AttributeRole.HasFunctions)) : 0;
            }
            else if (row != 0)
            {
                go = role == AttributeRole.BuildIdGo ? attribute.Text : go;
                hash = role == AttributeRole.BuildIdHash ? attribute.Text : hash;
                _symbols.AttributeSets.Push(row);
            }
        }

        // The best id there is stands for the file; the ones that are not GNU's also stay attributes, so that their kind is not lost.
        mapping.BuildId = mapping.BuildId != 0 ? mapping.BuildId : go != 0 ? go : hash;
        mapping.AttributeSet = _symbols.AttributeSets.CloseInterned();
        return holds;
    }

    private bool TakeLocationAttributes(ref Location location)
    {
        if (_indices.Count == 0)
        {
            return true;
        }

        bool holds = true;
        _symbols.AttributeSets.Open();
        foreach (int index in _indices.Span)
        {
            holds &= TryAttribute(index, out int row);
            Model.Attribute attribute = _symbols.Attributes[row];
            if (_roles[row] == AttributeRole.FrameType && attribute.Kind == AttributeKind.String)
            {
                location.FrameType = attribute.Text;
            }
            else if (_roles[row] == AttributeRole.IsFolded && attribute.Kind == AttributeKind.Bool)
            {
                location.IsFolded = attribute.Number != 0;
            }
            else if (row != 0)
            {
                _symbols.AttributeSets.Push(row);
            }
        }

        location.AttributeSet = _symbols.AttributeSets.CloseInterned();
        return holds;
    }

    private bool TryAttribute(int index, out int row)
    {
        bool holds = _attributes.TryRow(index, out row);
        row = holds ? row : 0;
        return holds && !_badAttributes[row];
    }
}
