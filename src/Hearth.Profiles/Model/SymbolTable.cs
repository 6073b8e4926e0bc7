namespace Hearth.Profiles.Model;

/// <summary>
/// The tables that the profiles of one document share: OTLP's dictionary, or the tables of one pprof.
/// Row 0 of every table is the zero value and means "not set".
/// </summary>
public sealed class SymbolTable
{
    private Buckets _attributeBuckets;
    private Buckets _linkBuckets;

    /// <summary>Starts with row 0 of every table.</summary>
    public SymbolTable() => Clear();

    /// <summary>Strings.</summary>
    public StringTable Strings { get; } = new();

    /// <summary>Mappings.</summary>
    public Column<Mapping> Mappings { get; } = new();

    /// <summary>Functions.</summary>
    public Column<Function> Functions { get; } = new(64);

    /// <summary>Lines; a location owns a run of them. The one table without a row 0 of its own.</summary>
    public Column<Line> Lines { get; } = new(64);

    /// <summary>Locations.</summary>
    public Column<Location> Locations { get; } = new(64);

    /// <summary>Stacks: location indices, leaf first.</summary>
    public ListTable Stacks { get; } = new();

    /// <summary>Attributes.</summary>
    public Column<Attribute> Attributes { get; } = new();

    /// <summary>Attribute sets: attribute indices.</summary>
    public ListTable AttributeSets { get; } = new();

    /// <summary>Links.</summary>
    public Column<Link> Links { get; } = new();

    /// <summary>The lines of a location, innermost first.</summary>
    public Span<Line> LinesOf(in Location location) => Lines.Slice(location.LineStart, location.LineCount);

    /// <summary>The index of an equal attribute among the interned ones, else of a new one; the zero value is row 0.</summary>
    public int Intern(in Attribute attribute)
    {
        if (attribute == default)
        {
            return 0;
        }

        ulong hash = TableHash.Of(
            TableHash.Of(((ulong)(uint)attribute.Key << 32) | (uint)attribute.Text)
            ^ TableHash.Of((ulong)attribute.Number)
            ^ (((ulong)(uint)attribute.Unit << 8) | (byte)attribute.Kind));
        int row = _attributeBuckets.First(hash);
        while (row != 0 && Attributes[row] != attribute)
        {
            row = _attributeBuckets.Next(hash);
        }

        if (row == 0)
        {
            row = Attributes.Add(attribute);
            _attributeBuckets.Put(hash, row);
        }

        return row;
    }

    /// <summary>The index of an equal link among the interned ones, else of a new one; the zero value is row 0.</summary>
    public int Intern(in Link link)
    {
        if (link == default)
        {
            return 0;
        }

        ulong hash = TableHash.Of(link.SpanId ^ TableHash.Of((ulong)link.TraceId ^ TableHash.Of((ulong)(link.TraceId >> 64))));
        int row = _linkBuckets.First(hash);
        while (row != 0 && Links[row] != link)
        {
            row = _linkBuckets.Next(hash);
        }

        if (row == 0)
        {
            row = Links.Add(link);
            _linkBuckets.Put(hash, row);
        }

        return row;
    }

    /// <summary>
    /// The attribute with this key in a set; false when there is none. Looks through the set: sets are short.
    /// </summary>
    public bool TryGetAttribute(int attributeSet, ReadOnlySpan<byte> key, out Attribute attribute)
    {
        foreach (int index in AttributeSets[attributeSet])
        {
            attribute = Attributes[index];
            if (Strings[attribute.Key].SequenceEqual(key))
            {
                return true;
            }
        }

        attribute = default;
        return false;
    }

    /// <summary>Back to row 0 of every table; memory is kept.</summary>
    public void Clear()
    {
        _attributeBuckets.Clear();
        _linkBuckets.Clear();
        Strings.Clear();
        Mappings.Clear();
        Functions.Clear();
        Lines.Clear();
        Locations.Clear();
        Stacks.Clear();
        Attributes.Clear();
        AttributeSets.Clear();
        Links.Clear();
        Mappings.Add(default);
        Functions.Add(default);
        Locations.Add(default);
        Attributes.Add(default);
        Links.Add(default);
    }
}
