using System.Buffers.Text;
using System.Text;
using Hearth.Profiles.Labels;
using Hearth.Profiles.Model;
using Attribute = Hearth.Profiles.Model.Attribute;

namespace Hearth.Ingest.Shaping;

/// <summary>
/// What the attributes of one document are to the store, each looked at once: whether it is a series label, and which sets of
/// attributes hold such labels at all.
/// </summary>
internal sealed class AttributeTable
{
    private const byte Unknown = 0;
    private const byte No = 1;
    private const byte Yes = 2;

    private readonly Dictionary<string, bool>.AlternateLookup<ReadOnlySpan<char>> _names =
        new Dictionary<string, bool>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private SymbolTable _symbols = null!;
    private byte[] _isLabel = [];
    private byte[] _setHasLabels = [];

    /// <summary>Starts on the attributes of another document.</summary>
    public void Start(SymbolTable symbols)
    {
        _symbols = symbols;
        Prepare(ref _isLabel, symbols.Attributes.Count);
        Prepare(ref _setHasLabels, symbols.AttributeSets.Count);
    }

    /// <summary>True when some attribute of the set is a series label with a value that can be one.</summary>
    public bool HasLabels(int set)
    {
        ref byte known = ref _setHasLabels[set];
        if (known == Unknown)
        {
            known = No;
            foreach (int attribute in _symbols.AttributeSets[set])
            {
                if (IsLabel(attribute))
                {
                    known = Yes;
                    break;
                }
            }
        }

        return known == Yes;
    }

    /// <summary>True when the attribute is a series label with a value that can be one.</summary>
    public bool IsLabel(int attribute)
    {
        ref byte known = ref _isLabel[attribute];
        if (known == Unknown)
        {
            Attribute row = _symbols.Attributes[attribute];
            bool scalar = row.Kind is AttributeKind.String or AttributeKind.Int or AttributeKind.Bool or AttributeKind.Double;
            known = scalar && IsLabelName(_symbols.Strings[row.Key]) ? Yes : No;
        }

        return known == Yes;
    }

    /// <summary>Finds an attribute by name in a set. False when it is not there.</summary>
    public bool TryFind(int set, ReadOnlySpan<byte> name, out Attribute found)
    {
        foreach (int attribute in _symbols.AttributeSets[set])
        {
            found = _symbols.Attributes[attribute];
            if (_symbols.Strings[found.Key].SequenceEqual(name))
            {
                return true;
            }
        }

        found = default;
        return false;
    }

    /// <summary>An integer attribute by name; 0 when it is absent, negative or no integer.</summary>
    public ulong CountOf(int set, ReadOnlySpan<byte> name) =>
        TryFind(set, name, out Attribute found) && found.Kind == AttributeKind.Int && found.Number > 0 ? (ulong)found.Number : 0;

    /// <summary>Appends the value of a scalar attribute as text.</summary>
    public void AppendValue(int attribute, Column<byte> target)
    {
        Attribute row = _symbols.Attributes[attribute];
        Span<byte> text = stackalloc byte[64];
        int length = 0;
        switch (row.Kind)
        {
            case AttributeKind.String:
                target.AddRange(_symbols.Strings[row.Text]);
                break;
            case AttributeKind.Bool:
                target.AddRange(row.Number != 0 ? "true"u8 : "false"u8);
                break;
            case AttributeKind.Double:
                Utf8Formatter.TryFormat(BitConverter.Int64BitsToDouble(row.Number), text, out length);
                target.AddRange(text[..length]);
                break;
            default:
                Utf8Formatter.TryFormat(row.Number, text, out length);
                target.AddRange(text[..length]);
                break;
        }
    }

    private static void Prepare(ref byte[] states, int count)
    {
        if (states.Length < count)
        {
            states = new byte[Math.Max(count, states.Length * 2)];
        }
        else
        {
            Array.Clear(states, 0, count);
        }
    }

    private bool IsLabelName(ReadOnlySpan<byte> name)
    {
        // A name longer than this is no name of the allow-list; the names met are remembered so that asking allocates once.
        const int NameBytesMax = 128;
        const int NamesMax = 4096;
        if (name.IsEmpty || name.Length > NameBytesMax)
        {
            return false;
        }

        Span<char> text = stackalloc char[NameBytesMax];
        ReadOnlySpan<char> chars = text[..Encoding.UTF8.GetChars(name, text)];
        if (_names.TryGetValue(chars, out bool known))
        {
            return known;
        }

        string label = new(chars);
        known = LabelNames.IsSeriesLabel(label) && !LabelNames.IsForbidden(label);
        if (_names.Dictionary.Count >= NamesMax)
        {
            _names.Dictionary.Clear();
        }

        _names.Dictionary.Add(label, known);
        return known;
    }
}
