using Hearth.Profiles.Model;
using Attribute = Hearth.Profiles.Model.Attribute;

namespace Hearth.Collector.Sampling;

/// <summary>
/// Collects attributes and enters them into a document as one set. At most <see cref="AttributesMax"/>; the rest is left out.
/// </summary>
internal ref struct AttributeSetWriter
{
    /// <summary>Attributes of one set.</summary>
    public const int AttributesMax = 64;

    private readonly SymbolTable _symbols;
    private readonly int[] _rows;
    private int _count;

    /// <summary>Starts an empty set.</summary>
    public AttributeSetWriter(SymbolTable symbols)
    {
        _symbols = symbols;
        _rows = new int[AttributesMax];
    }

    /// <summary>Adds an attribute: an integer, or the value's text. A key that is there already is left as it is.</summary>
    public void Add(string key, object value)
    {
        int keyIndex = _symbols.Strings.Intern(key);
        for (int i = 0; i < _count; i++)
        {
            if (_symbols.Attributes[_rows[i]].Key == keyIndex)
            {
                return;
            }
        }

        if (_count == AttributesMax)
        {
            return;
        }

        Attribute attribute = value is long number
            ? new Attribute(keyIndex, AttributeKind.Int, 0, number, 0)
            : new Attribute(keyIndex, AttributeKind.String, _symbols.Strings.Intern(value.ToString() ?? string.Empty), 0, 0);
        int row = _symbols.Attributes.Span.IndexOf(attribute);
        _rows[_count++] = row > 0 ? row : _symbols.Attributes.Add(attribute);
    }

    /// <summary>Enters the set.</summary>
    public readonly int Complete() => _symbols.AttributeSets.Intern(_rows.AsSpan(0, _count));
}
