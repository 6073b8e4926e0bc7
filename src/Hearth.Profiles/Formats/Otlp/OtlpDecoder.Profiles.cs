using System.Buffers.Binary;
using Hearth.Profiles.Model;
using Hearth.Wire.Protobuf;

namespace Hearth.Profiles.Formats.Otlp;

/// <content>Profiles.</content>
internal sealed partial class OtlpDecoder
{
    private readonly Column<Piece> _samplePieces = new(64);

    private bool ReadProfile(ReadOnlySpan<byte> data, Piece piece, ProfileGroup group)
    {
        Profile profile = group.Add();
        ProtoReader reader = ReaderOf(data, piece);
        _samplePieces.Clear();
        _indices.Clear();
        bool hasType = false;
        bool holds = true;
        while (reader.ReadTag(out int field, out WireType type))
        {
            switch (field)
            {
                case 1 when reader.Expect(type, WireType.LengthDelimited):
                    ProtoReader sampleType = reader.ReadMessage();
                    holds &= ReadValueType(ref sampleType, required: true, out Model.ValueType valueType);
                    reader.Absorb(sampleType);
                    MarkOldIf(hasType, "v1.7 or older", piece.Start);
                    hasType = true;
                    profile.SampleTypes.Clear();
                    profile.SampleTypes.Add(valueType);
                    break;
                case 2 when reader.Expect(type, WireType.LengthDelimited):
                    Piece sample = PieceOf(ref reader);
                    _samplePieces.Add(sample with { Start = sample.Start + piece.Start });
                    break;
                case 1 or 2:
                    break;
                case 11:
                    ReadIndices(ref reader, type);
                    break;
                default:
                    holds &= ReadProfileField(ref reader, field, type, profile, piece.Start);
                    break;
            }
        }

        if (reader.Failed)
        {
            // Older layouts use the same numbers for other types: then it is not damage but age.
            return _oldLayout || Malformed("profile", piece.Start, reader.Error);
        }

        return CloseProfile(data, piece, group, profile, hasType, holds);
    }

    private bool CloseProfile(ReadOnlySpan<byte> data, Piece piece, ProfileGroup group, Profile profile, bool hasType, bool holds)
    {
        _samples += _samplePieces.Count;
        if (_samples > _limits.SamplesMax)
        {
            return Refuse("otlp-too-many-samples", piece.Start, $"More than {_limits.SamplesMax} samples in one request.");
        }

        TakeProfileAttributes(group, profile, piece.Start);
        if (!ReadSamples(data, profile))
        {
            return false;
        }

        bool named = hasType && holds && !_symbols.Strings[profile.SampleTypes[0].Type].IsEmpty;
        if (!named && !_oldLayout)
        {
            group.RemoveLast();
            _document.RefusedProfiles++;
            _problems.Add(
                "otlp-sample-type",
                piece.Start,
                $"A profile of {_samplePieces.Count} samples does not say what its values are; it was refused.");
        }

        return true;
    }

    private bool ReadProfileField(ref ProtoReader reader, int field, WireType type, Profile profile, int origin)
    {
        bool holds = true;
        switch (field)
        {
            case 3:
                MarkOldIf(type != WireType.Fixed64, "v1.7 or older", origin);
                if (reader.Expect(type, WireType.Fixed64))
                {
                    profile.TimeNanos = (long)reader.ReadFixed64();
                }

                break;
            case 4 when reader.Expect(type, WireType.Varint):
                profile.DurationNanos = reader.ReadInt64();
                break;
            case 5:
                MarkOldIf(type != WireType.LengthDelimited, "v1.7 or older", origin);
                if (reader.Expect(type, WireType.LengthDelimited))
                {
                    ProtoReader nested = reader.ReadMessage();
                    holds = ReadValueType(ref nested, required: false, out Model.ValueType periodType);
                    reader.Absorb(nested);
                    profile.PeriodType = periodType;
                }

                break;
            case 6:
                MarkOldIf(type != WireType.Varint, "v1.7 or older", origin);
                if (reader.Expect(type, WireType.Varint))
                {
                    profile.Period = reader.ReadInt64();
                }

                break;
            default:
                ReadLateField(ref reader, field, type, profile, origin);
                break;
        }

        return holds;
    }

    // Fields 7 to 10 moved by one between v1.8 and v1.9; above 11 there were some up to v1.8.
    private void ReadLateField(ref ProtoReader reader, int field, WireType type, Profile profile, int origin)
    {
        switch (field)
        {
            case 7 when type == WireType.LengthDelimited:
                ReadProfileId(reader.ReadBytes(), profile, origin);
                break;
            case 8 when type == WireType.Varint:
                profile.DroppedAttributes = (uint)reader.ReadVarint();
                break;
            case 9 when type == WireType.LengthDelimited:
                profile.OriginalPayloadFormat = AddText(PieceOf(ref reader), origin);
                break;
            case 10 when type == WireType.LengthDelimited:
                profile.OriginalPayload = AddText(PieceOf(ref reader), origin);
                break;
            case >= 4 and <= 10:
                MarkOldIf(field >= 7, "v1.8 or older", origin);
                reader.Skip(type);
                break;
            case >= 12 and <= 22:
                MarkOld("v1.8 or older", origin);
                reader.Skip(type);
                break;
            default:
                reader.Skip(type);
                break;
        }
    }

    private void MarkOldIf(bool evidence, string version, int offset)
    {
        if (evidence)
        {
            MarkOld(version, offset);
        }
    }

    private void ReadProfileId(ReadOnlySpan<byte> id, Profile profile, int offset)
    {
        if (id.Length == 16)
        {
            profile.ProfileId = BinaryPrimitives.ReadUInt128BigEndian(id);
        }
        else if (id.Length != 0)
        {
            _problems.Add("otlp-profile-id", offset, $"A profile id has {id.Length} bytes, not 16; it is taken as none.");
        }
    }

    private bool ReadValueType(ref ProtoReader reader, bool required, out Model.ValueType valueType)
    {
        int name = 0;
        int unit = 0;
        while (reader.ReadTag(out int field, out WireType type))
        {
            switch (field)
            {
                case 1 when reader.Expect(type, WireType.Varint):
                    name = reader.ReadInt32();
                    break;
                case 2 when reader.Expect(type, WireType.Varint):
                    unit = reader.ReadInt32();
                    break;
                case 1 or 2:
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        int nameText;
        int unitText;
        bool holds = required
            ? RequiredText(name, out nameText) & RequiredText(unit, out unitText)
            : OptionalText(name, out nameText) & OptionalText(unit, out unitText);
        valueType = new Model.ValueType(nameText, unitText);
        return holds;
    }

    private void TakeProfileAttributes(ProfileGroup group, Profile profile, int offset)
    {
        _symbols.AttributeSets.Open();
        foreach (int index in _indices.Span)
        {
            if (!TryAttribute(index, out int row))
            {
                _problems.Add(
                    "otlp-profile-attribute", offset, $"A profile has attribute {index}, which the dictionary has not; it was left out.");
            }
            else if (row != 0 && !TakeProfileAttribute(profile, _roles[row], _symbols.Attributes[row]))
            {
                _symbols.AttributeSets.Push(row);
            }
        }

        profile.AttributeSet = _symbols.AttributeSets.CloseInterned();
        if (group.ScopeAttributes != 0 && _symbols.TryGetAttribute(
            group.ScopeAttributes, AttributeKeys.KeyOf(AttributeRole.DefaultSampleType), out Model.Attribute first)
            && first.Kind == AttributeKind.String)
        {
            profile.DefaultSampleType = first.Text;
        }
    }

    private bool TakeProfileAttribute(Profile profile, AttributeRole role, in Model.Attribute attribute)
    {
        switch (role)
        {
            case AttributeRole.Comment when attribute.Kind == AttributeKind.String:
                profile.Comments.Add(attribute.Text);
                return true;
            case AttributeRole.Comment when attribute.Kind == AttributeKind.Encoded:
                return TakeComments(profile, _symbols.Strings[attribute.Text]);
            case AttributeRole.DropFrames when attribute.Kind == AttributeKind.String:
                profile.DropFrames = attribute.Text;
                return true;
            case AttributeRole.KeepFrames when attribute.Kind == AttributeKind.String:
                profile.KeepFrames = attribute.Text;
                return true;
            case AttributeRole.DocUrl when attribute.Kind == AttributeKind.String:
                profile.DocUrl = attribute.Text;
                return true;
            default:
                return false;
        }
    }

    private bool TakeComments(Profile profile, ReadOnlySpan<byte> encoded)
    {
        ProtoReader value = new(encoded);
        while (value.ReadTag(out int kind, out WireType type))
        {
            if (kind != 5 || type != WireType.LengthDelimited)
            {
                return false;
            }

            ProtoReader array = value.ReadMessage();
            while (array.ReadTag(out int field, out WireType wire))
            {
                if (field != 1 || wire != WireType.LengthDelimited)
                {
                    array.Skip(wire);
                    continue;
                }

                ProtoReader element = array.ReadMessage();
                while (element.ReadTag(out int member, out WireType memberType))
                {
                    if (member == 1 && memberType == WireType.LengthDelimited)
                    {
                        profile.Comments.Add(_symbols.Strings.Add(element.ReadBytes()));
                    }
                    else
                    {
                        element.Skip(memberType);
                    }
                }
            }
        }

        return true;
    }
}
