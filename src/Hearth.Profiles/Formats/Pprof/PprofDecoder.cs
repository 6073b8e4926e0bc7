using System.Text.Unicode;
using Hearth.Profiles.Model;
using Hearth.Wire.Protobuf;

namespace Hearth.Profiles.Formats.Pprof;

/// <summary>
/// Decodes one pprof. First pass: the top-level fields in whatever order they come; strings become slices of the input, the
/// other messages are remembered as pieces. Second: mappings, functions, locations, samples, each of which refers only to the
/// ones before. Reused with its document; holds no reference to the input in between.
/// </summary>
internal sealed partial class PprofDecoder
{
    private readonly Column<Piece> _mappings = new();
    private readonly Column<Piece> _functions = new();
    private readonly Column<Piece> _locations = new();
    private readonly Column<Piece> _samples = new();
    private readonly Column<Piece> _sampleTypes = new();
    private readonly Column<long> _comments = new();
    private readonly IdMap _mappingRows = new();
    private readonly IdMap _functionRows = new();
    private readonly IdMap _locationRows = new();
    private ProfileDocument _document = null!;
    private SymbolTable _symbols = null!;
    private Profile _profile = null!;
    private DecodeLimits _limits = null!;
    private ProblemList _problems = null!;
    private long _dropFrames;
    private long _keepFrames;
    private long _defaultSampleType;
    private long _docUrl;
    private Piece _periodType;
    private bool _hasTime;

    /// <summary>Decodes <paramref name="input"/> into a cleared document. False when it was refused.</summary>
    public bool Decode(ReadOnlyMemory<byte> input, ProfileDocument document, DecodeLimits limits, ProblemList problems)
    {
        Begin(document, limits, problems);
        _symbols.Strings.Attach(input);
        _profile = document.AddGroup().Add();
        ReadOnlySpan<byte> data = input.Span;
        return ScanFields(data)
            && CheckCounts()
            && ReadHeader(data)
            && ReadMappings(data)
            && ReadFunctions(data)
            && ReadLocations(data)
            && ReadSamples(data);
    }

    private void Begin(ProfileDocument document, DecodeLimits limits, ProblemList problems)
    {
        _document = document;
        _symbols = document.Symbols;
        _limits = limits;
        _problems = problems;
        _mappings.Clear();
        _functions.Clear();
        _locations.Clear();
        _samples.Clear();
        _sampleTypes.Clear();
        _comments.Clear();
        _dropFrames = _keepFrames = _defaultSampleType = _docUrl = 0;
        _periodType = default;
        _hasTime = false;
    }

    private bool ScanFields(ReadOnlySpan<byte> data)
    {
        ProtoReader reader = new(data);
        int start = 0;
        int strings = 0;
        while (reader.ReadTag(out int field, out WireType type))
        {
            switch (field)
            {
                case 2 when reader.Expect(type, WireType.LengthDelimited):
                    _samples.Add(PieceOf(ref reader));
                    break;
                case 6 when reader.Expect(type, WireType.LengthDelimited):
                    if (!AddString(PieceOf(ref reader), data, strings++))
                    {
                        return false;
                    }

                    break;
                case 1 or 3 or 4 or 5 or 11 when reader.Expect(type, WireType.LengthDelimited):
                    AddPiece(field, PieceOf(ref reader));
                    break;
                case 13:
                    ReadComments(ref reader, type);
                    break;
                case (>= 7 and <= 10) or 12 or 14 or 15 when reader.Expect(type, WireType.Varint):
                    if (!SetScalar(field, reader.ReadInt64(), start))
                    {
                        return false;
                    }

                    break;
                case (>= 1 and <= 15):
                    break;
                default:
                    reader.Skip(type);
                    break;
            }

            start = reader.Failed ? start : reader.Offset;
        }

        return !reader.Failed || Malformed("file", start, reader.Error);
    }

    private static Piece PieceOf(ref ProtoReader reader)
    {
        int length = reader.ReadBytes().Length;
        return new Piece(reader.Offset - length, length);
    }

    private void AddPiece(int field, Piece piece)
    {
        switch (field)
        {
            case 1:
                _sampleTypes.Add(piece);
                break;
            case 3:
                _mappings.Add(piece);
                break;
            case 4:
                _locations.Add(piece);
                break;
            case 5:
                _functions.Add(piece);
                break;
            default:
                _periodType = piece;
                break;
        }
    }

    private bool AddString(Piece piece, ReadOnlySpan<byte> data, int index)
    {
        if (index == 0)
        {
            return piece.Length == 0
                || Refuse("pprof-string-zero", piece.Start, $"The first string must be empty; it has {piece.Length} bytes.");
        }

        if (index >= _limits.StringsMax)
        {
            return Refuse("pprof-too-many-strings", piece.Start, $"More than {_limits.StringsMax} strings.");
        }

        if (piece.Start + (long)piece.Length > data.Length)
        {
            return true; // The reader has failed; the scan ends with its error.
        }

        _symbols.Strings.AddSlice(piece.Start, piece.Length);
        if (!Utf8.IsValid(data.Slice(piece.Start, piece.Length)))
        {
            _problems.Add("pprof-string-utf8", piece.Start, $"String {index} is not UTF-8; its bytes are kept.");
        }

        return true;
    }

    private void ReadComments(ref ProtoReader reader, WireType type)
    {
        if (type == WireType.Varint)
        {
            _comments.Add(reader.ReadInt64());
        }
        else if (reader.Expect(type, WireType.LengthDelimited))
        {
            PackedVarints packed = new(reader.ReadBytes());
            while (packed.Read(out ulong value))
            {
                _comments.Add((long)value);
            }

            if (packed.Failed)
            {
                reader.Fail(ProtoError.Truncated);
            }
        }
    }

    private bool SetScalar(int field, long value, int offset)
    {
        switch (field)
        {
            case 7:
                _dropFrames = value;
                break;
            case 8:
                _keepFrames = value;
                break;
            case 9 when _hasTime:
                return Refuse("pprof-concatenated", offset, "A second start time: two pprof files were run together. Send each by itself.");
            case 9:
                _hasTime = true;
                _profile.TimeNanos = value;
                break;
            case 10:
                _profile.DurationNanos = value;
                break;
            case 12:
                _profile.Period = value;
                break;
            case 14:
                _defaultSampleType = value;
                break;
            default:
                _docUrl = value;
                break;
        }

        return true;
    }

    private bool CheckCounts() =>
        CheckCount("samples", _samples.Count, _limits.SamplesMax)
        && CheckCount("mappings", _mappings.Count, _limits.MappingsMax)
        && CheckCount("functions", _functions.Count, _limits.TableRowsMax)
        && CheckCount("locations", _locations.Count, _limits.TableRowsMax)
        && CheckCount("comments", _comments.Count, _limits.AttributesPerItemMax)
        && CheckCount("sample-types", _sampleTypes.Count, _limits.SampleTypesMax)
        && CheckCount("values", (long)_samples.Count * _sampleTypes.Count, _limits.ValuesMax);

    private bool CheckCount(string what, long count, int max) =>
        count <= max || Refuse($"pprof-too-many-{what}", -1, $"The pprof has {count} {what}; {max} are allowed.");

    private bool ReadHeader(ReadOnlySpan<byte> data)
    {
        foreach (Piece piece in _sampleTypes.Span)
        {
            if (!ReadValueType(data, piece, out Model.ValueType type))
            {
                return false;
            }

            _profile.SampleTypes.Add(type);
        }

        if (_periodType.Length > 0)
        {
            if (!ReadValueType(data, _periodType, out Model.ValueType type))
            {
                return false;
            }

            _profile.PeriodType = type;
        }

        foreach (long raw in _comments.Span)
        {
            if (!Text(raw, "comment", -1, out int comment))
            {
                return false;
            }

            _profile.Comments.Add(comment);
        }

        return ReadHeaderTexts();
    }

    private bool ReadHeaderTexts()
    {
        if (!Text(_dropFrames, "drop_frames", -1, out int dropFrames)
            || !Text(_keepFrames, "keep_frames", -1, out int keepFrames)
            || !Text(_defaultSampleType, "default_sample_type", -1, out int defaultSampleType)
            || !Text(_docUrl, "doc_url", -1, out int docUrl))
        {
            return false;
        }

        _profile.DropFrames = dropFrames;
        _profile.KeepFrames = keepFrames;
        _profile.DefaultSampleType = defaultSampleType;
        _profile.DocUrl = docUrl;
        if (_profile.SampleTypes.Count == 0 && _samples.Count > 0)
        {
            return Refuse("pprof-no-sample-types", -1, $"{_samples.Count} samples, but no sample type says what their values are.");
        }

        return true;
    }

    private bool ReadValueType(ReadOnlySpan<byte> data, Piece piece, out Model.ValueType valueType)
    {
        long type = 0;
        long unit = 0;
        valueType = default;
        ProtoReader reader = new(data.Slice(piece.Start, piece.Length));
        while (reader.ReadTag(out int field, out WireType wire))
        {
            switch (field)
            {
                case 1 when reader.Expect(wire, WireType.Varint):
                    type = reader.ReadInt64();
                    break;
                case 2 when reader.Expect(wire, WireType.Varint):
                    unit = reader.ReadInt64();
                    break;
                case 1 or 2:
                    break;
                default:
                    reader.Skip(wire);
                    break;
            }
        }

        if (reader.Failed)
        {
            return Malformed("value type", piece.Start, reader.Error);
        }

        if (!Text(type, "type", piece.Start, out int typeText) || !Text(unit, "unit", piece.Start, out int unitText))
        {
            return false;
        }

        valueType = new Model.ValueType(typeText, unitText);
        return true;
    }

    // A string index of the file is the same index in the table: both start with the empty string.
    private bool Text(long raw, string what, int offset, out int index)
    {
        index = (int)raw;
        return (ulong)raw < (ulong)_symbols.Strings.Count || Refuse(
            "pprof-string-index", offset, $"The {what} is string {raw}; the file has {_symbols.Strings.Count}.");
    }

    private bool Malformed(string what, int offset, ProtoError error) =>
        Refuse("pprof-malformed", offset, $"The {what} at byte {offset} is no protobuf message: {Words(error)}.");

    private static string Words(ProtoError error) => error switch
    {
        ProtoError.Truncated => "it ends too early",
        ProtoError.VarintTooLong => "a number is too long",
        ProtoError.BadTag => "a field has no valid tag",
        ProtoError.WrongWireType => "a field has another type than it should have",
        _ => "it is nested too deep",
    };

    private bool Refuse(string id, int offset, string message)
    {
        _problems.Add(id, offset, message);
        return false;
    }
}
