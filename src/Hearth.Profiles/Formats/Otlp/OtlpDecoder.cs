using Hearth.Profiles.Model;
using Hearth.Wire.Protobuf;

namespace Hearth.Profiles.Formats.Otlp;

/// <summary>
/// Decodes one request. First the tables of the dictionary, in the order in which they refer to each other, whatever order they come
/// in; then resources, scopes and profiles. Reused with its document.
/// </summary>
internal sealed partial class OtlpDecoder
{
    private readonly Column<Piece> _resources = new();
    private readonly Column<Piece> _dictionaries = new(4);
    private readonly Column<Piece> _scopes = new();
    private readonly Column<Piece> _profilePieces = new();
    private ReadOnlyMemory<byte> _data;
    private ProfileDocument _document = null!;
    private SymbolTable _symbols = null!;
    private DecodeLimits _limits = null!;
    private ProblemList _problems = null!;
    private int _profiles;
    private int _samples;
    private bool _oldLayout;
    private string _oldVersion = "";
    private int _oldOffset;

    /// <summary>Decodes <paramref name="input"/> into a cleared document. False when it was refused.</summary>
    public bool Decode(ReadOnlyMemory<byte> input, ProfileDocument document, DecodeLimits limits, ProblemList problems)
    {
        _document = document;
        _symbols = document.Symbols;
        _symbols.Strings.Attach(input);
        _data = input;
        _limits = limits;
        _problems = problems;
        _resources.Clear();
        _dictionaries.Clear();
        _profiles = _samples = 0;
        _oldLayout = false;
        ReadOnlySpan<byte> data = input.Span;
        return ScanRequest(data) && ReadDictionary(data) && ReadResources(data) && RefuseOldLayout();
    }

    private bool ScanRequest(ReadOnlySpan<byte> data)
    {
        ProtoReader reader = new(data);
        int start = 0;
        while (reader.ReadTag(out int field, out WireType type))
        {
            switch (field)
            {
                case 1 when reader.Expect(type, WireType.LengthDelimited):
                    _resources.Add(PieceOf(ref reader));
                    break;
                case 2 when reader.Expect(type, WireType.LengthDelimited):
                    _dictionaries.Add(PieceOf(ref reader));
                    break;
                case 1 or 2:
                    break;
                case >= 3 and <= 8:
                    MarkOld("v1.6 or older", start);
                    reader.Skip(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }

            start = reader.Failed ? start : reader.Offset;
        }

        if (reader.Failed)
        {
            return Malformed("request", start, reader.Error);
        }

        if (_dictionaries.Count > 1)
        {
            MarkOld("v1.6 or older", _dictionaries[1].Start);
        }

        if (_dictionaries.Count == 0 && _resources.Count > 0)
        {
            _problems.Add("otlp-no-dictionary", -1, "The request has profiles but no dictionary: nothing they refer to is there.");
        }

        return true;
    }

    // Decided by the whole request: a relay writes all of it in its own version. Groups stay, so that the sender can be named.
    private bool RefuseOldLayout()
    {
        if (!_oldLayout)
        {
            return true;
        }

        int refused = 0;
        for (int g = 0; g < _document.Count; g++)
        {
            ProfileGroup group = _document[g];
            refused += group.Count;
            while (group.Count > 0)
            {
                group.RemoveLast();
            }
        }

        _document.RefusedProfiles += refused;
        _problems.Add(
            "otlp-layout-old",
            _oldOffset,
            $"The profiles are in a layout before OTLP v1.10 ({_oldVersion}): none of the {refused} profiles was taken. "
            + "Update the sender, or the collector in between to v0.148 or newer.");
        return true;
    }

    private void MarkOld(string version, int offset)
    {
        if (!_oldLayout)
        {
            _oldLayout = true;
            _oldVersion = version;
            _oldOffset = offset;
        }
    }

    private static Piece PieceOf(ref ProtoReader reader)
    {
        int length = reader.ReadBytes().Length;
        return new Piece(reader.Offset - length, length);
    }

    private static ProtoReader ReaderOf(ReadOnlySpan<byte> data, Piece piece) => new(data.Slice(piece.Start, piece.Length));

    private bool ReadResources(ReadOnlySpan<byte> data)
    {
        foreach (Piece piece in _resources.Span)
        {
            if (!ReadResource(data, piece))
            {
                return false;
            }
        }

        return true;
    }

    private bool ReadResource(ReadOnlySpan<byte> data, Piece piece)
    {
        ProtoReader reader = ReaderOf(data, piece);
        _scopes.Clear();
        int attributes = 0;
        int schemaUrl = 0;
        while (reader.ReadTag(out int field, out WireType type))
        {
            switch (field)
            {
                case 1 when reader.Expect(type, WireType.LengthDelimited):
                    ProtoReader resource = reader.ReadMessage();
                    attributes = ReadResourceAttributes(ref resource, piece.Start);
                    reader.Absorb(resource);
                    break;
                case 2 when reader.Expect(type, WireType.LengthDelimited):
                    Piece scope = PieceOf(ref reader);
                    _scopes.Add(scope with { Start = scope.Start + piece.Start });
                    break;
                case 3 when reader.Expect(type, WireType.LengthDelimited):
                    schemaUrl = AddText(PieceOf(ref reader), piece.Start);
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
            return Malformed("resource", piece.Start, reader.Error);
        }

        foreach (Piece scope in _scopes.Span)
        {
            ProfileGroup group = _document.AddGroup();
            group.ResourceAttributes = attributes;
            group.ResourceSchemaUrl = schemaUrl;
            if (!ReadScope(data, scope, group))
            {
                return false;
            }
        }

        return true;
    }

    private bool ReadScope(ReadOnlySpan<byte> data, Piece piece, ProfileGroup group)
    {
        ProtoReader reader = ReaderOf(data, piece);
        _profilePieces.Clear();
        while (reader.ReadTag(out int field, out WireType type))
        {
            switch (field)
            {
                case 1 when reader.Expect(type, WireType.LengthDelimited):
                    ProtoReader scope = reader.ReadMessage();
                    ReadScopeIdentity(ref scope, group, piece.Start);
                    reader.Absorb(scope);
                    break;
                case 2 when reader.Expect(type, WireType.LengthDelimited):
                    Piece profile = PieceOf(ref reader);
                    _profilePieces.Add(profile with { Start = profile.Start + piece.Start });
                    break;
                case 3 when reader.Expect(type, WireType.LengthDelimited):
                    group.ScopeSchemaUrl = AddText(PieceOf(ref reader), piece.Start);
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
            return Malformed("scope", piece.Start, reader.Error);
        }

        _profiles += _profilePieces.Count;
        if (_profiles > _limits.ProfilesMax)
        {
            return Refuse("otlp-too-many-profiles", piece.Start, $"More than {_limits.ProfilesMax} profiles in one request.");
        }

        foreach (Piece profile in _profilePieces.Span)
        {
            if (!ReadProfile(data, profile, group))
            {
                return false;
            }
        }

        return true;
    }

    private void ReadScopeIdentity(ref ProtoReader reader, ProfileGroup group, int origin)
    {
        int set = _symbols.AttributeSets.Open();
        int count = 0;
        while (reader.ReadTag(out int field, out WireType type))
        {
            switch (field)
            {
                case 1 when reader.Expect(type, WireType.LengthDelimited):
                    group.ScopeName = AddText(PieceOf(ref reader), origin);
                    break;
                case 2 when reader.Expect(type, WireType.LengthDelimited):
                    group.ScopeVersion = AddText(PieceOf(ref reader), origin);
                    break;
                case 3 when reader.Expect(type, WireType.LengthDelimited):
                    ProtoReader item = reader.ReadMessage();
                    ReadKeyValue(ref item, origin, ref count);
                    reader.Absorb(item);
                    break;
                case >= 1 and <= 3:
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        group.ScopeAttributes = CloseSet(set);
    }

    private int ReadResourceAttributes(ref ProtoReader reader, int origin)
    {
        int set = _symbols.AttributeSets.Open();
        int count = 0;
        while (reader.ReadTag(out int field, out WireType type))
        {
            if (field == 1 && reader.Expect(type, WireType.LengthDelimited))
            {
                ProtoReader item = reader.ReadMessage();
                ReadKeyValue(ref item, origin, ref count);
                reader.Absorb(item);
            }
            else if (field != 1)
            {
                reader.Skip(type);
            }
        }

        return CloseSet(set);
    }

    private int CloseSet(int set)
    {
        if (_symbols.AttributeSets.OpenCount > 0)
        {
            return set;
        }

        _symbols.AttributeSets.Abandon();
        return 0;
    }

    private int AddText(Piece piece, int origin) =>
        piece.Length == 0 ? 0 : _symbols.Strings.AddSlice(origin + piece.Start, piece.Length);

    private bool Malformed(string what, int offset, ProtoError error) =>
        Refuse("otlp-malformed", offset, $"The {what} at byte {offset} is no protobuf message: {error}.");

    private bool Refuse(string id, int offset, string message)
    {
        _problems.Add(id, offset, message);
        return false;
    }
}
