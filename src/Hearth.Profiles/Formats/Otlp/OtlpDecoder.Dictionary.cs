using System.Text.Unicode;
using Hearth.Profiles.Model;
using Hearth.Wire.Protobuf;

namespace Hearth.Profiles.Formats.Otlp;

/// <content>
/// The dictionary. An entry's row is its index, since row 0 of every table is the zero value as the specification wants entry 0 to be;
/// where a sender left the zero entry out, all rows of that table are one further.
/// </content>
internal sealed partial class OtlpDecoder
{
    private readonly Column<Piece>[] _tables = [new(), new(), new(), new(), new(), new(), new()];
    private readonly Column<AttributeRole> _roles = new();
    private readonly Column<bool> _badAttributes = new();
    private readonly Column<bool> _badMappings = new();
    private readonly Column<bool> _badFunctions = new();
    private readonly Column<bool> _badLocations = new();
    private readonly Column<bool> _badStacks = new();
    private int _stringCount;
    private TableShift _strings;
    private TableShift _attributes;
    private TableShift _mappings;
    private TableShift _functions;
    private TableShift _links;
    private TableShift _locations;
    private TableShift _stacks;

    private bool ReadDictionary(ReadOnlySpan<byte> data)
    {
        foreach (Column<Piece> table in _tables)
        {
            table.Clear();
        }

        foreach (Piece piece in _dictionaries.Span)
        {
            ProtoReader reader = ReaderOf(data, piece);
            while (reader.ReadTag(out int field, out WireType type))
            {
                if (field is >= 1 and <= 7 && reader.Expect(type, WireType.LengthDelimited))
                {
                    Piece entry = PieceOf(ref reader);
                    _tables[field - 1].Add(entry with { Start = entry.Start + piece.Start });
                }
                else if (field is < 1 or > 7)
                {
                    reader.Skip(type);
                }
            }

            if (reader.Failed)
            {
                return Malformed("dictionary", piece.Start, reader.Error);
            }
        }

        return CheckTables()
            && ReadStrings(data)
            && ReadAttributeTable(data)
            && ReadMappings(data)
            && ReadFunctions(data)
            && ReadLinks(data)
            && ReadLocations(data)
            && ReadStacks(data);
    }

    private bool CheckTables()
    {
        ReadOnlySpan<string> names = ["mappings", "locations", "functions", "links", "strings", "attributes", "stacks"];
        for (int table = 0; table < names.Length; table++)
        {
            int max = table == 0 ? _limits.MappingsMax : table == 4 ? _limits.StringsMax : _limits.TableRowsMax;
            if (_tables[table].Count > max)
            {
                return Refuse(
                    $"otlp-too-many-{names[table]}", -1, $"The dictionary has {_tables[table].Count} {names[table]}; {max} are allowed.");
            }
        }

        return true;
    }

    private bool ReadStrings(ReadOnlySpan<byte> data)
    {
        Span<Piece> pieces = _tables[4].Span;
        _stringCount = pieces.Length;
        _strings = Shift("string_table", pieces.Length, pieces.Length == 0 || pieces[0].Length == 0);
        for (int i = 1 - _strings.Offset; i < pieces.Length; i++)
        {
            _symbols.Strings.AddSlice(pieces[i].Start, pieces[i].Length);
            if (!Utf8.IsValid(data.Slice(pieces[i].Start, pieces[i].Length)))
            {
                _problems.Add("otlp-string-utf8", pieces[i].Start, $"String {i} is not UTF-8; its bytes are kept.");
            }
        }

        return true;
    }

    private bool ReadAttributeTable(ReadOnlySpan<byte> data)
    {
        Span<Piece> pieces = _tables[5].Span;
        _roles.Clear();
        _roles.Add(AttributeRole.None);
        Begin(_badAttributes);
        for (int i = 0; i < pieces.Length; i++)
        {
            Piece piece = pieces[i];
            ProtoReader reader = ReaderOf(data, piece);
            bool holds = ReadKeyValueAndUnit(ref reader, piece.Start, out Model.Attribute attribute);
            if (reader.Failed)
            {
                return Malformed("attribute", piece.Start, reader.Error);
            }

            if (i == 0)
            {
                _attributes = Shift("attribute_table", pieces.Length, attribute == default && holds);
                if (_attributes.Offset == 0)
                {
                    continue;
                }
            }

            if (!holds)
            {
                _problems.Add("otlp-attribute-string", piece.Start, $"Attribute {i} points outside the {_stringCount} strings.");
            }

            _symbols.Attributes.Add(attribute);
            _roles.Add(AttributeKeys.RoleOf(_symbols.Strings[attribute.Key]));
            _badAttributes.Add(!holds);
        }

        _attributes = pieces.IsEmpty ? default : _attributes;
        return true;
    }

    private bool ReadKeyValueAndUnit(ref ProtoReader reader, int origin, out Model.Attribute attribute)
    {
        attribute = default;
        int key = 0;
        int unit = 0;
        bool holds = true;
        while (reader.ReadTag(out int field, out WireType type))
        {
            switch (field)
            {
                case 1 when reader.Expect(type, WireType.Varint):
                    key = reader.ReadInt32();
                    break;
                case 2 when reader.Expect(type, WireType.LengthDelimited):
                    ProtoReader any = reader.ReadMessage();
                    holds &= ReadAnyValue(ref any, origin, out attribute);
                    reader.Absorb(any);
                    break;
                case 3 when reader.Expect(type, WireType.Varint):
                    unit = reader.ReadInt32();
                    break;
                case >= 1 and <= 3:
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        holds &= OptionalText(key, out int keyText);
        holds &= OptionalText(unit, out int unitText);
        attribute = attribute with { Key = keyText, Unit = unitText };
        return holds;
    }

    private bool ReadMappings(ReadOnlySpan<byte> data)
    {
        Span<Piece> pieces = _tables[0].Span;
        _mappings = default;
        Begin(_badMappings);
        for (int i = 0; i < pieces.Length; i++)
        {
            ProtoReader reader = ReaderOf(data, pieces[i]);
            bool holds = ReadMapping(ref reader, out Mapping mapping);
            if (reader.Failed)
            {
                return Malformed("mapping", pieces[i].Start, reader.Error);
            }

            if (i == 0)
            {
                bool zero = holds && mapping is { MemoryStart: 0, MemoryLimit: 0, FileOffset: 0, Filename: 0, BuildId: 0, AttributeSet: 0 };
                _mappings = Shift("mapping_table", pieces.Length, zero);
                if (_mappings.Offset == 0)
                {
                    continue;
                }
            }

            ReportBad(holds, "mapping", i, pieces[i].Start);
            _symbols.Mappings.Add(mapping);
            _badMappings.Add(!holds);
        }

        return true;
    }

    private bool ReadMapping(ref ProtoReader reader, out Mapping mapping)
    {
        mapping = default;
        int file = 0;
        _indices.Clear();
        while (reader.ReadTag(out int field, out WireType type))
        {
            switch (field)
            {
                case 1 when reader.Expect(type, WireType.Varint):
                    mapping.MemoryStart = reader.ReadVarint();
                    break;
                case 2 when reader.Expect(type, WireType.Varint):
                    mapping.MemoryLimit = reader.ReadVarint();
                    break;
                case 3 when reader.Expect(type, WireType.Varint):
                    mapping.FileOffset = reader.ReadVarint();
                    break;
                case 4 when reader.Expect(type, WireType.Varint):
                    file = reader.ReadInt32();
                    break;
                case 5:
                    ReadIndices(ref reader, type);
                    break;
                case >= 1 and <= 4:
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return OptionalText(file, out mapping.Filename) & TakeMappingAttributes(ref mapping);
    }

    private bool ReadFunctions(ReadOnlySpan<byte> data)
    {
        Span<Piece> pieces = _tables[2].Span;
        _functions = default;
        Begin(_badFunctions);
        for (int i = 0; i < pieces.Length; i++)
        {
            ProtoReader reader = ReaderOf(data, pieces[i]);
            bool holds = ReadFunction(ref reader, out Function function);
            if (reader.Failed)
            {
                return Malformed("function", pieces[i].Start, reader.Error);
            }

            if (i == 0)
            {
                // With the empty string left out, an all-zero first entry would be a function named by the first string: still unset.
                _functions = Shift("function_table", pieces.Length, holds && pieces[i].Length == 0 || IsZero(function));
                if (_functions.Offset == 0)
                {
                    continue;
                }
            }

            ReportBad(holds, "function", i, pieces[i].Start);
            _symbols.Functions.Add(function);
            _badFunctions.Add(!holds);
        }

        return true;
    }

    private static bool IsZero(in Function function) => function is { Name: 0, SystemName: 0, Filename: 0, StartLine: 0 };

    private bool ReadFunction(ref ProtoReader reader, out Function function)
    {
        function = default;
        int name = 0;
        int systemName = 0;
        int file = 0;
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
                    1 => name = (int)value,
                    2 => systemName = (int)value,
                    3 => file = (int)value,
                    _ => function.StartLine = value,
                };
            }
        }

        return RequiredText(name, out function.Name)
            & OptionalText(systemName, out function.SystemName)
            & OptionalText(file, out function.Filename);
    }

    private bool ReadLinks(ReadOnlySpan<byte> data)
    {
        Span<Piece> pieces = _tables[3].Span;
        _links = default;
        for (int i = 0; i < pieces.Length; i++)
        {
            ProtoReader reader = ReaderOf(data, pieces[i]);
            Link link = ReadLink(ref reader, i, pieces[i].Start);
            if (reader.Failed)
            {
                return Malformed("link", pieces[i].Start, reader.Error);
            }

            if (i == 0)
            {
                _links = Shift("link_table", pieces.Length, link == default);
                if (_links.Offset == 0)
                {
                    continue;
                }
            }

            _symbols.Links.Add(link);
        }

        return true;
    }

    private void ReportBad(bool holds, string what, int index, int offset)
    {
        if (!holds)
        {
            _problems.Add($"otlp-{what}-reference", offset, $"{what} {index} points outside its table; samples that use it are left out.");
        }
    }

    private static void Begin(Column<bool> bad)
    {
        bad.Clear();
        bad.Add(false);
    }

    private TableShift Shift(string table, int count, bool firstIsZero)
    {
        if (count > 0 && !firstIsZero)
        {
            _problems.Add(
                "otlp-zero-entry", -1, $"Entry 0 of {table} is not the zero value, as it must be; it is taken as the first entry.");
        }

        return new TableShift(count, count > 0 && !firstIsZero ? 1 : 0);
    }

    // Index 0 is "not set", also where the empty string was left out.
    private bool OptionalText(int index, out int row)
    {
        row = index == 0 ? 0 : index + _strings.Offset;
        return index == 0 || (uint)index < (uint)_stringCount || Clear(out row);
    }

    // Something must be named: index 0 is the first string where the empty one was left out.
    private bool RequiredText(int index, out int row)
    {
        row = index + _strings.Offset;
        return (uint)index < (uint)Math.Max(_stringCount, 1) || Clear(out row);
    }

    private static bool Clear(out int row)
    {
        row = 0;
        return false;
    }

    /// <summary>How indices of a table become rows.</summary>
    /// <param name="Count">Entries the table has.</param>
    /// <param name="Offset">1 when the sender left out the zero entry, else 0.</param>
    private readonly record struct TableShift(int Count, int Offset)
    {
        /// <summary>The row of an index; false when the table has no such entry. Index 0 of an empty table is "not set".</summary>
        public bool TryRow(int index, out int row)
        {
            row = index + Offset;
            return (uint)index < (uint)Math.Max(Count, 1);
        }
    }
}
