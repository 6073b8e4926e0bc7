using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Hearth.Profiles.Model;
using Hearth.Wire.Protobuf;

namespace Hearth.Profiles.Formats.Otlp;

/// <content>The dictionary.</content>
internal sealed partial class OtlpEncoder
{
    private readonly Column<bool> _raw = new();

    private void WriteDictionary()
    {
        int mark = _output.Begin(2);
        WriteMappings();
        WriteLocations();
        WriteFunctions();
        WriteLinks();
        WriteStacks();
        WriteAttributeTable();
        WriteStrings();
        _output.End(mark);
    }

    private void WriteMappings()
    {
        foreach (ref Mapping mapping in _symbols.Mappings.Span)
        {
            int mark = _output.Begin(1);
            _output.UInt64(1, mapping.MemoryStart);
            _output.UInt64(2, mapping.MemoryLimit);
            _output.UInt64(3, mapping.FileOffset);
            _output.Int64(4, mapping.Filename);
            _set.Clear();
            _set.AddRange(SetOf(mapping.AttributeSet));
            AddBuildId(mapping);
            for (int flag = 0; flag < 4; flag++)
            {
                if (((int)mapping.Flags & (1 << flag)) != 0)
                {
                    AddFlagAttribute((AttributeRole)((int)AttributeRole.HasFunctions + flag));
                }
            }

            _output.PackedInt32(5, _set.Span);
            _output.End(mark);
        }
    }

    // The build id is GNU's unless an attribute of another kind says the same.
    private void AddBuildId(in Mapping mapping)
    {
        if (mapping.BuildId == 0)
        {
            return;
        }

        foreach (int index in _set.Span)
        {
            if (index < _symbols.Attributes.Count && IsBuildId(_symbols.Attributes[index], _symbols.Strings[mapping.BuildId]))
            {
                return;
            }
        }

        AddTextAttribute(AttributeRole.BuildIdGnu, mapping.BuildId);
    }

    private bool IsBuildId(in Model.Attribute attribute, ReadOnlySpan<byte> buildId) =>
        attribute.Kind == AttributeKind.String
        && AttributeKeys.RoleOf(_symbols.Strings[attribute.Key]) is >= AttributeRole.BuildIdGnu and <= AttributeRole.BuildIdHash
        && _symbols.Strings[attribute.Text].SequenceEqual(buildId);

    private void WriteLocations()
    {
        foreach (ref Location location in _symbols.Locations.Span)
        {
            int mark = _output.Begin(2);
            _output.Int64(1, location.Mapping);
            _output.UInt64(2, location.Address);
            foreach (ref Line line in _symbols.LinesOf(location))
            {
                int nested = _output.Begin(3);
                _output.Int64(1, line.Function);
                _output.Int64(2, line.LineNumber);
                _output.Int64(3, line.ColumnNumber);
                _output.End(nested);
            }

            _set.Clear();
            _set.AddRange(SetOf(location.AttributeSet));
            AddTextAttribute(AttributeRole.FrameType, location.FrameType);
            if (location.IsFolded)
            {
                AddFlagAttribute(AttributeRole.IsFolded);
            }

            _output.PackedInt32(4, _set.Span);
            _output.End(mark);
        }
    }

    private void WriteFunctions()
    {
        foreach (ref Function function in _symbols.Functions.Span)
        {
            int mark = _output.Begin(3);
            _output.Int64(1, function.Name);
            _output.Int64(2, function.SystemName);
            _output.Int64(3, function.Filename);
            _output.Int64(4, function.StartLine);
            _output.End(mark);
        }
    }

    private void WriteLinks()
    {
        Span<byte> id = stackalloc byte[16];
        foreach (Link link in _symbols.Links.Span)
        {
            int mark = _output.Begin(4);
            if (link != default)
            {
                BinaryPrimitives.WriteUInt128BigEndian(id, link.TraceId);
                _output.Bytes(1, id);
                BinaryPrimitives.WriteUInt64BigEndian(id, link.SpanId);
                _output.Bytes(2, id[..8]);
            }

            _output.End(mark);
        }
    }

    private void WriteStacks()
    {
        for (int row = 0; row < _symbols.Stacks.Count; row++)
        {
            int mark = _output.Begin(7);
            _output.PackedInt32(1, _symbols.Stacks[row]);
            _output.End(mark);
        }
    }

    private void WriteAttributeTable()
    {
        foreach (Model.Attribute attribute in _symbols.Attributes.Span)
        {
            int mark = _output.Begin(6);
            _output.Int64(1, attribute.Key);
            WriteAnyValue(2, attribute);
            _output.Int64(3, attribute.Unit);
            _output.End(mark);
        }

        foreach (AddedAttribute attribute in _added.Span)
        {
            int mark = _output.Begin(6);
            _output.Int64(1, attribute.Key);
            int value = _output.Begin(2);
            switch (attribute.Kind)
            {
                case AddedKind.Flag:
                    _output.VarintAlways(2, 1);
                    break;
                case AddedKind.Encoded:
                    _output.Raw(_encodedValues[attribute.Text]);
                    break;
                default:
                    WriteTextAlways(_output, 1, _symbols.Strings[attribute.Text]);
                    break;
            }

            _output.End(value);
            _output.Int64(3, attribute.Unit);
            _output.End(mark);
        }
    }

    // Rows that hold raw bytes (values of attributes, payloads) are written where they are used; as strings they would be damage.
    private void WriteStrings()
    {
        StringTable strings = _symbols.Strings;
        MarkRaw();
        for (int row = 0; row < strings.Count; row++)
        {
            ReadOnlySpan<byte> text = strings[row];
            bool dropped = _raw[row] && !Utf8.IsValid(text);
            WriteTextAlways(_output, 5, dropped ? default : text);
        }

        foreach (AttributeRole role in _addedKeys.Span)
        {
            _output.BytesAlways(5, AttributeKeys.KeyOf(role));
        }
    }

    private void MarkRaw()
    {
        _raw.Clear();
        _raw.Extend(_symbols.Strings.Count).Clear();
        foreach (Model.Attribute attribute in _symbols.Attributes.Span)
        {
            if (attribute.Kind is AttributeKind.Bytes or AttributeKind.Encoded)
            {
                _raw[attribute.Text] = true;
            }
        }

        for (int g = 0; g < _document.Count; g++)
        {
            for (int p = 0; p < _document[g].Count; p++)
            {
                _raw[_document[g][p].OriginalPayload] = true;
            }
        }
    }

    // A protobuf string must be UTF-8, or other readers refuse the whole request.
    private static void WriteTextAlways(ProtoWriter output, int field, ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
        {
            output.BytesAlways(field, text);
        }
        else
        {
            output.StringAlways(field, Encoding.UTF8.GetString(text));
        }
    }

    private static void WriteText(ProtoWriter output, int field, ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty)
        {
            WriteTextAlways(output, field, text);
        }
    }
}
