using System.Buffers.Binary;
using Hearth.Profiles.Model;
using Hearth.Wire.Protobuf;

namespace Hearth.Profiles.Formats.Otlp;

/// <summary>Encodes one document: resources, scopes and profiles, then the dictionary they refer to. Reused with its document.</summary>
internal sealed partial class OtlpEncoder
{
    private ProfileDocument _document = null!;
    private SymbolTable _symbols = null!;
    private ProtoWriter _output = null!;

    public void Encode(ProfileDocument document, ProtoWriter output)
    {
        _document = document;
        _symbols = document.Symbols;
        _output = output;
        BeginAdded();
        int g = 0;
        while (g < document.Count)
        {
            int next = g + 1;
            while (next < document.Count && SameResource(document[g], document[next]))
            {
                next++;
            }

            WriteResource(document, g, next);
            g = next;
        }

        WriteDictionary();
    }

    private static bool SameResource(ProfileGroup left, ProfileGroup right) =>
        left.ResourceAttributes == right.ResourceAttributes && left.ResourceSchemaUrl == right.ResourceSchemaUrl;

    private void WriteResource(ProfileDocument document, int first, int end)
    {
        int mark = _output.Begin(1);
        int resource = _output.Begin(1);
        WriteAttributes(1, document[first].ResourceAttributes);
        _output.End(resource);
        for (int g = first; g < end; g++)
        {
            WriteScope(document[g]);
        }

        WriteText(_output, 3, _symbols.Strings[document[first].ResourceSchemaUrl]);
        _output.End(mark);
    }

    private void WriteScope(ProfileGroup group)
    {
        int mark = _output.Begin(2);
        int scope = _output.Begin(1);
        WriteText(_output, 1, _symbols.Strings[group.ScopeName]);
        WriteText(_output, 2, _symbols.Strings[group.ScopeVersion]);
        WriteAttributes(3, group.ScopeAttributes);
        WritePprofScope(group);
        _output.End(scope);
        for (int p = 0; p < group.Count; p++)
        {
            for (int type = 0; type < group[p].SampleTypes.Count; type++)
            {
                WriteProfile(group[p], type);
            }
        }

        WriteText(_output, 3, _symbols.Strings[group.ScopeSchemaUrl]);
        _output.End(mark);
    }

    // What splitting a pprof into one profile for each sample type would lose: which to show first, and their order.
    private void WritePprofScope(ProfileGroup group)
    {
        int shown = 0;
        int types = 0;
        for (int p = 0; p < group.Count; p++)
        {
            shown = shown == 0 ? group[p].DefaultSampleType : shown;
            types = Math.Max(types, group[p].SampleTypes.Count);
        }

        ReadOnlySpan<byte> shownKey = AttributeKeys.KeyOf(AttributeRole.DefaultSampleType);
        if (shown != 0 && !_symbols.TryGetAttribute(group.ScopeAttributes, shownKey, out _))
        {
            int item = _output.Begin(3);
            _output.Bytes(1, shownKey);
            int value = _output.Begin(2);
            WriteTextAlways(_output, 1, _symbols.Strings[shown]);
            _output.End(value);
            _output.End(item);
        }

        ReadOnlySpan<byte> orderKey = AttributeKeys.KeyOf(AttributeRole.SampleTypeOrder);
        if (types > 1 && group.Count == 1 && !_symbols.TryGetAttribute(group.ScopeAttributes, orderKey, out _))
        {
            int item = _output.Begin(3);
            _output.Bytes(1, orderKey);
            int value = _output.Begin(2);
            int array = _output.Begin(5);
            for (int type = 0; type < types; type++)
            {
                int element = _output.Begin(1);
                _output.VarintAlways(3, (ulong)type);
                _output.End(element);
            }

            _output.End(array);
            _output.End(value);
            _output.End(item);
        }
    }

    private void WriteProfile(Profile profile, int type)
    {
        int mark = _output.Begin(2);
        WriteValueType(1, profile.SampleTypes[type]);
        bool several = profile.SampleTypes.Count > 1;
        foreach (ref Sample sample in profile.Samples.Span)
        {
            if (several)
            {
                WriteValue(profile, sample, type);
            }
            else
            {
                WriteSample(profile, sample);
            }
        }

        _output.Fixed64(3, (ulong)Math.Max(profile.TimeNanos, 0));
        _output.UInt64(4, (ulong)Math.Max(profile.DurationNanos, 0));
        if (profile.PeriodType != default)
        {
            WriteValueType(5, profile.PeriodType);
        }

        _output.Int64(6, profile.Period);
        if (profile.ProfileId != 0 && !several)
        {
            Span<byte> id = stackalloc byte[16];
            BinaryPrimitives.WriteUInt128BigEndian(id, profile.ProfileId);
            _output.Bytes(7, id);
        }

        _output.UInt64(8, profile.DroppedAttributes);
        WriteText(_output, 9, _symbols.Strings[profile.OriginalPayloadFormat]);
        _output.Bytes(10, _symbols.Strings[profile.OriginalPayload]);
        WriteProfileAttributes(profile);
        _output.End(mark);
    }

    private void WriteProfileAttributes(Profile profile)
    {
        _set.Clear();
        _set.AddRange(SetOf(profile.AttributeSet));
        AddTextAttribute(AttributeRole.DropFrames, profile.DropFrames);
        AddTextAttribute(AttributeRole.KeepFrames, profile.KeepFrames);
        AddTextAttribute(AttributeRole.DocUrl, profile.DocUrl);
        if (profile.Comments.Count > 0)
        {
            _value.Reset();
            int array = _value.Begin(5);
            foreach (int comment in profile.Comments.Span)
            {
                int element = _value.Begin(1);
                WriteTextAlways(_value, 1, _symbols.Strings[comment]);
                _value.End(element);
            }

            _value.End(array);
            _set.Add(AddEncoded(AttributeRole.Comment));
        }

        _output.PackedInt32(11, _set.Span);
    }

    private void WriteValueType(int field, Model.ValueType type)
    {
        int mark = _output.Begin(field);
        _output.Int64(1, type.Type);
        _output.Int64(2, type.Unit);
        _output.End(mark);
    }

    private void WriteValue(Profile profile, in Sample sample, int type)
    {
        long value = profile.ValueOf(sample, type);
        if (value == 0)
        {
            return;
        }

        int mark = _output.Begin(2);
        WriteIdentity(sample);
        int list = _output.Begin(4);
        _output.Varint((ulong)value);
        _output.End(list);
        _output.End(mark);
    }

    private void WriteSample(Profile profile, in Sample sample)
    {
        int mark = _output.Begin(2);
        WriteIdentity(sample);
        _output.PackedInt64(4, profile.Values.Slice(sample.ValueStart, sample.ValueCount));
        if (sample.TimestampCount > 0)
        {
            int list = _output.Begin(5);
            foreach (ulong time in profile.Timestamps.Slice(sample.TimestampStart, sample.TimestampCount))
            {
                _output.RawFixed64(time);
            }

            _output.End(list);
        }

        _output.End(mark);
    }

    private void WriteIdentity(in Sample sample)
    {
        _output.Int64(1, sample.Stack);
        if (sample.AttributeSet != 0)
        {
            _output.PackedInt32(2, SetOf(sample.AttributeSet));
        }

        _output.Int64(3, sample.Link);
    }
}
