using System.Globalization;
using System.Text;
using Hearth.Profiles.Model;
using Hearth.Wire.Protobuf;

namespace Hearth.Profiles.Formats.Pprof;

/// <content>Labels: from attributes and links.</content>
internal sealed partial class PprofEncoder
{
    private void WriteLabel(in Model.Attribute attribute)
    {
        int key = Text(attribute.Key);
        switch (attribute.Kind)
        {
            case AttributeKind.String:
                WriteLabel(key, Text(attribute.Text), 0, 0);
                break;
            case AttributeKind.Int:
                WriteLabel(key, 0, attribute.Number, Text(attribute.Unit));
                break;
            case AttributeKind.Bool:
                WriteLabel(key, ExtraText(attribute.Number != 0 ? "true"u8 : "false"u8), 0, 0);
                break;
            case AttributeKind.Double:
                Span<byte> number = stackalloc byte[32];
                BitConverter.Int64BitsToDouble(attribute.Number).TryFormat(number, out int length, "R", CultureInfo.InvariantCulture);
                WriteLabel(key, ExtraText(number[..length]), 0, 0);
                break;
            case AttributeKind.Bytes:
                WriteLabel(
                    key, ExtraText(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(_symbols.Strings[attribute.Text]))), 0, 0);
                break;
            case AttributeKind.Encoded:
                WriteElements(key, attribute);
                break;
            default:
                break;
        }
    }

    // An OTLP array of strings and integers is what a label given several times becomes; anything else in it has no label form.
    private void WriteElements(int key, in Model.Attribute attribute)
    {
        ProtoReader value = new(_symbols.Strings[attribute.Text]);
        while (value.ReadTag(out int kind, out WireType type))
        {
            if (kind != 5 || type != WireType.LengthDelimited)
            {
                value.Skip(type);
                continue;
            }

            ProtoReader array = value.ReadMessage();
            while (array.ReadTag(out int field, out WireType wire))
            {
                if (field == 1 && wire == WireType.LengthDelimited)
                {
                    ProtoReader element = array.ReadMessage();
                    WriteElement(key, ref element, attribute.Unit);
                }
                else
                {
                    array.Skip(wire);
                }
            }
        }
    }

    private void WriteElement(int key, ref ProtoReader element, int unit)
    {
        while (element.ReadTag(out int field, out WireType type))
        {
            if (field == 1 && type == WireType.LengthDelimited)
            {
                WriteLabel(key, ExtraText(element.ReadBytes()), 0, 0);
            }
            else if (field == 3 && type == WireType.Varint)
            {
                WriteLabel(key, 0, element.ReadInt64(), Text(unit));
            }
            else
            {
                element.Skip(type);
            }
        }
    }

    private void WriteLink(Link link)
    {
        Span<byte> hex = stackalloc byte[32];
        if (link.TraceId != 0)
        {
            PprofLabels.Format(link.TraceId, hex);
            WriteLabel(ExtraText(PprofLabels.TraceId), ExtraText(hex), 0, 0);
        }

        if (link.SpanId != 0)
        {
            PprofLabels.Format(link.SpanId, hex);
            WriteLabel(ExtraText(PprofLabels.SpanId), ExtraText(hex[..16]), 0, 0);
        }
    }

    private void WriteLabel(int key, int text, long number, int unit)
    {
        int mark = _output.Begin(3);
        _output.Int64(1, key);
        _output.Int64(2, text);
        _output.Int64(3, number);
        _output.Int64(4, unit);
        _output.End(mark);
    }
}
