using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hearth.Profiles.Model;
using Hearth.Wire.Protobuf;

namespace Hearth.Profiles.Formats.Otlp;

/// <content>Samples, and how an older layout shows in them.</content>
internal sealed partial class OtlpDecoder
{
    // The sample being read.
    private int _stackIndex;
    private int _linkIndex;
    private bool _attributesHold;
    private int _attributeCount;
    private int _badAttribute;
    private int _values;
    private int _times;

    // The profile being read, as far as it tells the layout: v1.8 and v1.9 had values 2, attributes 3, link 4.
    private int _samplesWithField2Only;
    private int _samplesEmptyButField2;
    private bool _field2Outside;
    private bool _field2AsLongAsTimes;
    private bool _field2Repeats;

    private bool ReadSamples(ReadOnlySpan<byte> data, Profile profile)
    {
        _samplesWithField2Only = _samplesEmptyButField2 = 0;
        _field2Outside = _field2Repeats = false;
        _field2AsLongAsTimes = true;
        foreach (Piece piece in _samplePieces.Span)
        {
            if (!ReadSample(data.Slice(piece.Start, piece.Length), piece.Start, profile))
            {
                return false;
            }
        }

        int count = _samplePieces.Count;
        bool empty = count > 0 && _samplesEmptyButField2 == count;
        bool confused = count > 0 && _samplesWithField2Only == count && (_field2Outside || (_field2AsLongAsTimes && _field2Repeats));
        if (empty || confused)
        {
            MarkOld("v1.8 or v1.9", _samplePieces[0].Start);
        }

        return true;
    }

    private bool ReadSample(ReadOnlySpan<byte> data, int offset, Profile profile)
    {
        int valueStart = profile.Values.Count;
        int timeStart = profile.Timestamps.Count;
        _stackIndex = _linkIndex = _attributeCount = _badAttribute = 0;
        _attributesHold = true;
        bool newer = false;
        _symbols.AttributeSets.Open();
        ProtoReader reader = new(data);
        while (reader.ReadTag(out int field, out WireType type))
        {
            switch (field)
            {
                case 1 when reader.Expect(type, WireType.Varint):
                    _stackIndex = reader.ReadInt32();
                    break;
                case 2:
                    ReadSampleAttributes(ref reader, type);
                    break;
                case 3 when type == WireType.LengthDelimited:
                case 4 when type == WireType.Varint:
                    MarkOld("v1.8 or v1.9", offset);
                    reader.Skip(type);
                    break;
                case 3 when reader.Expect(type, WireType.Varint):
                    newer = true;
                    _linkIndex = reader.ReadInt32();
                    break;
                case 4 when reader.Expect(type, WireType.LengthDelimited):
                    newer = true;
                    ReadPackedValues(ref reader, profile);
                    break;
                case 5:
                    ReadTimes(ref reader, type, profile);
                    break;
                case 1 or 3 or 4:
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (reader.Failed && !_oldLayout)
        {
            return Malformed("sample", offset, reader.Error);
        }

        if (profile.Values.Count > _limits.ValuesMax || profile.Timestamps.Count > _limits.ValuesMax)
        {
            return Refuse("otlp-too-many-values", offset, $"More than {_limits.ValuesMax} values or event times in one profile.");
        }

        _values = profile.Values.Count - valueStart;
        _times = profile.Timestamps.Count - timeStart;
        NoteLayout(newer);
        FinishSample(valueStart, timeStart, offset, profile);
        return true;
    }

    private void NoteLayout(bool newer)
    {
        if (newer || _attributeCount == 0)
        {
            return;
        }

        _samplesWithField2Only++;
        _samplesEmptyButField2 += _times == 0 ? 1 : 0;
        _field2Outside |= !_attributesHold;
        _field2AsLongAsTimes &= _attributeCount == _times;
    }

    private void FinishSample(int valueStart, int timeStart, int offset, Profile profile)
    {
        if (!IsGood(offset, out int stack, out int link))
        {
            _symbols.AttributeSets.Abandon();
            profile.Values.Truncate(valueStart);
            profile.Timestamps.Truncate(timeStart);
            profile.DroppedSamples++;
            return;
        }

        profile.Samples.Add(new Sample
        {
            Stack = stack,
            AttributeSet = _symbols.AttributeSets.CloseInterned(),
            Link = link,
            ValueStart = valueStart,
            ValueCount = _values,
            TimestampStart = timeStart,
            TimestampCount = _times,
        });
    }

    private bool IsGood(int offset, out int stack, out int link)
    {
        link = 0;
        if (!_stacks.TryRow(_stackIndex, out stack) || _badStacks[stack])
        {
            _problems.Add(
                "otlp-sample-stack",
                offset,
                $"A sample has stack {_stackIndex}, which the dictionary has not or which points outside it; it was left out.");
            return false;
        }

        // Without the zero entry a sample that has no link and one with the first look alike: a missing span is better than a wrong one.
        if (_linkIndex != 0 && !_links.TryRow(_linkIndex, out link))
        {
            _problems.Add("otlp-sample-link", offset, $"A sample has link {_linkIndex}, which the dictionary has not; it was left out.");
            return false;
        }

        if (!_attributesHold)
        {
            _problems.Add(
                "otlp-sample-attribute", offset, $"A sample has attribute {_badAttribute}, which the dictionary has not; it was left out.");
            return false;
        }

        bool aggregate = _values == 1 && _times == 0;
        bool events = _times > 0 && (_values == 0 || _values == _times);
        if (!aggregate && !events)
        {
            _problems.Add("otlp-sample-shape", offset, $"A sample has {_values} values and {_times} event times; it was left out.");
            return false;
        }

        return true;
    }

    private void ReadSampleAttributes(ref ProtoReader reader, WireType type)
    {
        if (type == WireType.Varint)
        {
            PushAttribute(reader.ReadVarint());
            return;
        }

        if (!reader.Expect(type, WireType.LengthDelimited))
        {
            return;
        }

        int first = _symbols.AttributeSets.OpenCount;
        PackedVarints packed = new(reader.ReadBytes());
        while (packed.Read(out ulong index))
        {
            PushAttribute(index);
        }

        if (packed.Failed)
        {
            reader.Fail(ProtoError.Truncated);
        }

        // Only two neighbours are compared: equal values of an older layout are what this is to find, and those are common.
        for (int i = first + 1; i < _symbols.AttributeSets.OpenCount && !_field2Repeats; i++)
        {
            _field2Repeats = _symbols.AttributeSets.OpenItems[i] == _symbols.AttributeSets.OpenItems[i - 1];
        }
    }

    private void PushAttribute(ulong index)
    {
        _attributeCount++;
        bool holds = index <= int.MaxValue & TryAttribute((int)index, out int row);
        if (!holds)
        {
            _badAttribute = _attributesHold ? (int)index : _badAttribute;
            _attributesHold = false;
        }
        else if (row != 0 && _attributeCount <= _limits.AttributesPerItemMax)
        {
            _symbols.AttributeSets.Push(row);
        }
        else if (_attributeCount == _limits.AttributesPerItemMax + 1)
        {
            _problems.Add(
                "otlp-attributes", -1, $"A sample has more than {_limits.AttributesPerItemMax} attributes; the rest was left out.");
        }
    }

    private static void ReadPackedValues(ref ProtoReader reader, Profile profile)
    {
        PackedVarints packed = new(reader.ReadBytes());
        while (packed.Read(out ulong value))
        {
            profile.Values.Add((long)value);
        }

        if (packed.Failed)
        {
            reader.Fail(ProtoError.Truncated);
        }
    }

    private static void ReadTimes(ref ProtoReader reader, WireType type, Profile profile)
    {
        if (type == WireType.Fixed64)
        {
            profile.Timestamps.Add(reader.ReadFixed64());
            return;
        }

        if (!reader.Expect(type, WireType.LengthDelimited))
        {
            return;
        }

        ReadOnlySpan<byte> packed = reader.ReadBytes();
        if (packed.Length % 8 != 0)
        {
            reader.Fail(ProtoError.Truncated);
            return;
        }

        Span<ulong> times = profile.Timestamps.Extend(packed.Length / 8);
        packed.CopyTo(MemoryMarshal.AsBytes(times));
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(times, times);
        }
    }
}
