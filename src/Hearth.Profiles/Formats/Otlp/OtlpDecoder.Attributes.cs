using Hearth.Profiles.Model;
using Hearth.Wire.Protobuf;

namespace Hearth.Profiles.Formats.Otlp;

/// <content>Attributes: of the dictionary (KeyValueAndUnit) and written out in place (KeyValue).</content>
internal sealed partial class OtlpDecoder
{
    private readonly ProtoWriter _rewritten = new();

    // KeyValue of a resource or scope: key 1 in place, or key_strindex 3. Where both are set the one in place is meant: relays are
    // known to leave a stale index of 0 beside it.
    private void ReadKeyValue(ref ProtoReader reader, int origin, ref int count)
    {
        Piece key = default;
        int keyIndex = 0;
        bool holds = true;
        Model.Attribute value = default;
        while (reader.ReadTag(out int field, out WireType type))
        {
            switch (field)
            {
                case 1 when reader.Expect(type, WireType.LengthDelimited):
                    key = PieceOf(ref reader);
                    break;
                case 2 when reader.Expect(type, WireType.LengthDelimited):
                    ProtoReader any = reader.ReadMessage();
                    holds = ReadAnyValue(ref any, origin, out value);
                    reader.Absorb(any);
                    break;
                case 3 when reader.Expect(type, WireType.Varint):
                    keyIndex = reader.ReadInt32();
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
            return; // The message around it takes the failure over.
        }

        int row = 0;
        if (!holds || (key.Length == 0 && !OptionalText(keyIndex, out row)))
        {
            _problems.Add(
                "otlp-attribute-string",
                origin + reader.Origin,
                $"An attribute points outside the {_stringCount} strings; it was left out.");
            return;
        }

        int text = key.Length > 0 ? AddText(key, origin) : row;
        if (text != 0 && ++count <= _limits.AttributesPerItemMax)
        {
            _symbols.AttributeSets.Push(_symbols.Intern(value with { Key = text }));
        }
        else if (count == _limits.AttributesPerItemMax + 1)
        {
            _problems.Add(
                "otlp-attributes", origin + reader.Origin, $"More than {_limits.AttributesPerItemMax} attributes; the rest was left out.");
        }
    }

    // False when a string index is outside the table, or the bytes are damaged.
    private bool ReadAnyValue(ref ProtoReader reader, int origin, out Model.Attribute value)
    {
        value = default;
        int start = reader.Offset;
        int length = reader.Remaining;
        bool holds = true;
        while (reader.ReadTag(out int field, out WireType type))
        {
            switch (field)
            {
                case 1 when reader.Expect(type, WireType.LengthDelimited):
                    value = new(0, AttributeKind.String, AddText(PieceOf(ref reader), origin), 0, 0);
                    break;
                case 2 when reader.Expect(type, WireType.Varint):
                    value = new(0, AttributeKind.Bool, 0, reader.ReadBool() ? 1 : 0, 0);
                    break;
                case 3 when reader.Expect(type, WireType.Varint):
                    value = new(0, AttributeKind.Int, 0, reader.ReadInt64(), 0);
                    break;
                case 4 when reader.Expect(type, WireType.Fixed64):
                    value = new(0, AttributeKind.Double, 0, (long)reader.ReadFixed64(), 0);
                    break;
                case 5 or 6 when reader.Expect(type, WireType.LengthDelimited):
                    reader.ReadBytes();
                    value = new(0, AttributeKind.Encoded, 0, 0, 0);
                    break;
                case 7 when reader.Expect(type, WireType.LengthDelimited):
                    value = new(0, AttributeKind.Bytes, AddText(PieceOf(ref reader), origin), 0, 0);
                    break;
                case 8 when reader.Expect(type, WireType.Varint):
                    holds &= OptionalText(reader.ReadInt32(), out int text);
                    value = new(0, AttributeKind.String, text, 0, 0);
                    break;
                case >= 1 and <= 8:
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (value.Kind == AttributeKind.Encoded && !reader.Failed)
        {
            value = value with { Text = KeepEncoded(origin + start, length, ref reader, ref holds) };
        }

        return holds && !reader.Failed;
    }

    // An array or list is kept as it came, unless something in it points into the string table of this request: then it is written
    // anew with the strings in place, so that it means the same anywhere else.
    private int KeepEncoded(int start, int length, ref ProtoReader outer, ref bool holds)
    {
        ReadOnlySpan<byte> data = _data.Span.Slice(start, length);
        _rewritten.Reset();
        ProtoReader reader = new(data);
        bool indexed = false;
        RewriteAny(ref reader, ref indexed, ref holds);
        if (reader.Failed)
        {
            outer.Fail(reader.Error);
            return 0;
        }

        return indexed ? _symbols.Strings.Add(_rewritten.Written) : _symbols.Strings.AddSlice(start, length);
    }

    private void RewriteAny(ref ProtoReader reader, ref bool indexed, ref bool holds)
    {
        while (reader.ReadTag(out int field, out WireType type))
        {
            if (field == 8 && type == WireType.Varint)
            {
                indexed = true;
                holds &= OptionalText(reader.ReadInt32(), out int text);
                _rewritten.BytesAlways(1, _symbols.Strings[text]);
            }
            else if (field is 5 or 6 && type == WireType.LengthDelimited)
            {
                RewriteItems(ref reader, field, ref indexed, ref holds);
            }
            else
            {
                Copy(ref reader, field, type);
            }
        }
    }

    private void RewriteItems(ref ProtoReader reader, int list, ref bool indexed, ref bool holds)
    {
        int mark = _rewritten.Begin(list);
        ProtoReader items = reader.ReadMessage();
        while (items.ReadTag(out int field, out WireType type))
        {
            if (field == 1 && type == WireType.LengthDelimited)
            {
                int item = _rewritten.Begin(1);
                ProtoReader nested = items.ReadMessage();
                if (list == 5)
                {
                    RewriteAny(ref nested, ref indexed, ref holds);
                }
                else
                {
                    RewriteKeyValue(ref nested, ref indexed, ref holds);
                }

                items.Absorb(nested);
                _rewritten.End(item);
            }
            else
            {
                Copy(ref items, field, type);
            }
        }

        reader.Absorb(items);
        _rewritten.End(mark);
    }

    private void RewriteKeyValue(ref ProtoReader reader, ref bool indexed, ref bool holds)
    {
        while (reader.ReadTag(out int field, out WireType type))
        {
            if (field == 3 && type == WireType.Varint)
            {
                indexed = true;
                holds &= OptionalText(reader.ReadInt32(), out int text);
                _rewritten.Bytes(1, _symbols.Strings[text]);
            }
            else if (field == 2 && type == WireType.LengthDelimited)
            {
                int mark = _rewritten.Begin(2);
                ProtoReader value = reader.ReadMessage();
                RewriteAny(ref value, ref indexed, ref holds);
                reader.Absorb(value);
                _rewritten.End(mark);
            }
            else
            {
                Copy(ref reader, field, type);
            }
        }
    }

    private void Copy(ref ProtoReader reader, int field, WireType type)
    {
        switch (type)
        {
            case WireType.Varint:
                _rewritten.VarintAlways(field, reader.ReadVarint());
                break;
            case WireType.Fixed64:
                _rewritten.Tag(field, type);
                _rewritten.RawFixed64(reader.ReadFixed64());
                break;
            case WireType.LengthDelimited:
                _rewritten.BytesAlways(field, reader.ReadBytes());
                break;
            default:
                reader.Skip(type);
                break;
        }
    }
}
