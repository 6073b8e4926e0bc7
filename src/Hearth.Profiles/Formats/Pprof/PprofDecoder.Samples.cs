using Hearth.Profiles.Model;
using Hearth.Wire.Protobuf;

namespace Hearth.Profiles.Formats.Pprof;

/// <content>Samples and their labels.</content>
internal sealed partial class PprofDecoder
{
    // What the sample being read turned out to be: the first thing wrong with it decides.
    private string? _sampleProblem;
    private ulong _badLocation;
    private int _depth;
    private int _values;
    private int _labels;
    private UInt128 _traceId;
    private ulong _spanId;
    private int _traceAttribute;

    private bool ReadSamples(ReadOnlySpan<byte> data)
    {
        foreach (Piece piece in _samples.Span)
        {
            if (!ReadSample(data.Slice(piece.Start, piece.Length), piece.Start))
            {
                return false;
            }
        }

        return true;
    }

    private bool ReadSample(ReadOnlySpan<byte> data, int offset)
    {
        ListTable stacks = _symbols.Stacks;
        ListTable sets = _symbols.AttributeSets;
        int valueStart = _profile.Values.Count;
        _sampleProblem = null;
        _depth = _values = _labels = _traceAttribute = 0;
        _traceId = _spanId = 0;
        stacks.Open();
        sets.Open();
        ProtoReader reader = new(data);
        while (reader.ReadTag(out int field, out WireType type))
        {
            switch (field)
            {
                case 1:
                    ReadLocationIds(ref reader, type);
                    break;
                case 2:
                    ReadValues(ref reader, type);
                    break;
                case 3 when reader.Expect(type, WireType.LengthDelimited):
                    ProtoReader label = reader.ReadMessage();
                    ReadLabel(ref label);
                    reader.Absorb(label);
                    break;
                case 3:
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (reader.Failed)
        {
            return Malformed("sample", offset, reader.Error);
        }

        if (stacks.ItemCount > _limits.StackLocationsMax)
        {
            return Refuse("pprof-too-many-stack-locations", offset, $"More than {_limits.StackLocationsMax} locations in all stacks.");
        }

        Finish(valueStart, offset);
        return true;
    }

    private void Finish(int valueStart, int offset)
    {
        ListTable stacks = _symbols.Stacks;
        if (_values != _profile.SampleTypes.Count)
        {
            _sampleProblem ??= "pprof-value-count";
        }

        if (_sampleProblem is not null)
        {
            stacks.Abandon();
            _symbols.AttributeSets.Abandon();
            _profile.Values.Truncate(valueStart);
            _profile.DroppedSamples++;
            ReportDropped(offset);
            return;
        }

        if (_depth > _limits.StackDepthMax)
        {
            _problems.Add("pprof-stack-depth", offset, $"A stack of {_depth} frames keeps its innermost {_limits.StackDepthMax}.");
        }

        if (_labels > _limits.AttributesPerItemMax)
        {
            _problems.Add("pprof-labels", offset, $"A sample with {_labels} labels keeps its first {_limits.AttributesPerItemMax}.");
        }

        int link = TakeLink();
        _profile.Samples.Add(new Sample
        {
            Stack = stacks.CloseInterned(),
            AttributeSet = _symbols.AttributeSets.CloseInterned(),
            Link = link,
            ValueStart = valueStart,
            ValueCount = _values,
        });
    }

    private void ReportDropped(int offset)
    {
        switch (_sampleProblem)
        {
            case "pprof-location-reference":
                _problems.Add(_sampleProblem, offset, $"A sample names location {_badLocation}, which the file has not; it was left out.");
                break;
            case "pprof-value-count":
                _problems.Add(
                    _sampleProblem,
                    offset,
                    $"A sample has {_values} values for {_profile.SampleTypes.Count} sample types; it was left out.");
                break;
            default:
                _problems.Add(
                    "pprof-label-string", offset, $"A sample has a label outside the {_symbols.Strings.Count} strings; it was left out.");
                break;
        }
    }

    private void ReadLocationIds(ref ProtoReader reader, WireType type)
    {
        if (type == WireType.Varint)
        {
            PushLocation(reader.ReadVarint());
            return;
        }

        if (!reader.Expect(type, WireType.LengthDelimited))
        {
            return;
        }

        // The loop that decoding spends most of its time in: no calls but the look-up, rows written where they stay.
        PackedVarints packed = new(reader.ReadBytes());
        IdMap rows = _locationRows;
        Span<int> room = _symbols.Stacks.Extend(Math.Min(packed.CountMax, Math.Max(_limits.StackDepthMax - _depth, 0)));
        int count = 0;
        while (packed.Read(out ulong id))
        {
            int row = rows.Find(id);
            if (row == 0)
            {
                NoteMissing(id);
            }

            if ((uint)count < (uint)room.Length)
            {
                room[count] = row;
            }

            count++;
        }

        _depth += count;
        _symbols.Stacks.TakeBack(room.Length - Math.Min(count, room.Length));
        if (packed.Failed)
        {
            reader.Fail(ProtoError.Truncated);
        }
    }

    private void NoteMissing(ulong id)
    {
        if (_sampleProblem is null)
        {
            _sampleProblem = "pprof-location-reference";
            _badLocation = id;
        }
    }

    private void PushLocation(ulong id)
    {
        int row = _locationRows.Find(id);
        if (row == 0)
        {
            NoteMissing(id);
        }

        if (_depth++ < _limits.StackDepthMax)
        {
            _symbols.Stacks.Push(row);
        }
    }

    private void ReadValues(ref ProtoReader reader, WireType type)
    {
        if (type == WireType.Varint)
        {
            AddValue(reader.ReadInt64());
            return;
        }

        if (!reader.Expect(type, WireType.LengthDelimited))
        {
            return;
        }

        PackedVarints packed = new(reader.ReadBytes());
        while (packed.Read(out ulong value))
        {
            AddValue((long)value);
        }

        if (packed.Failed)
        {
            reader.Fail(ProtoError.Truncated);
        }
    }

    // Values above the number of sample types are counted, so that the sample is dropped, but not kept.
    private void AddValue(long value)
    {
        if (_values++ < _profile.SampleTypes.Count)
        {
            _profile.Values.Add(value);
        }
    }

    private void ReadLabel(ref ProtoReader reader)
    {
        long key = 0;
        long text = 0;
        long number = 0;
        long unit = 0;
        while (reader.ReadTag(out int field, out WireType type))
        {
            if (field is < 1 or > 4)
            {
                reader.Skip(type);
            }
            else if (reader.Expect(type, WireType.Varint))
            {
                long value = reader.ReadInt64();
                _ = field switch
                {
                    1 => key = value,
                    2 => text = value,
                    3 => number = value,
                    _ => unit = value,
                };
            }
        }

        ulong count = (ulong)_symbols.Strings.Count;
        if ((ulong)key >= count || (ulong)text >= count || (ulong)unit >= count)
        {
            _sampleProblem ??= "pprof-label-string";
        }
        else if (++_labels <= _limits.AttributesPerItemMax && !reader.Failed)
        {
            AddLabel((int)key, (int)text, number, (int)unit);
        }
    }

    private void AddLabel(int key, int text, long number, int unit)
    {
        if (text == 0)
        {
            _symbols.AttributeSets.Push(_symbols.Intern(new Model.Attribute(key, AttributeKind.Int, 0, number, unit)));
            return;
        }

        ReadOnlySpan<byte> name = _symbols.Strings[key];
        if (_spanId == 0 && name.SequenceEqual(PprofLabels.SpanId) && PprofLabels.TryParseSpanId(_symbols.Strings[text], out _spanId))
        {
            return;
        }

        int attribute = _symbols.Intern(new Model.Attribute(key, AttributeKind.String, text, 0, 0));
        if (_traceId == 0 && name.SequenceEqual(PprofLabels.TraceId) && PprofLabels.TryParseTraceId(_symbols.Strings[text], out _traceId))
        {
            _traceAttribute = attribute;
        }
        else
        {
            _symbols.AttributeSets.Push(attribute);
        }
    }

    // A trace without a span names nothing that a sample could belong to: its label stays a label.
    private int TakeLink()
    {
        if (_spanId != 0)
        {
            return _symbols.Intern(new Link(_traceId, _spanId));
        }

        if (_traceAttribute != 0)
        {
            _symbols.AttributeSets.Push(_traceAttribute);
        }

        return 0;
    }
}
