namespace Hearth.Profiles.Model;

/// <summary>
/// The tables that the profiles of one document share: OTLP's dictionary, or the tables of one pprof.
/// Row 0 of every table is the zero value and means "not set".
/// </summary>
public sealed class SymbolTable
{
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

    /// <summary>Back to row 0 of every table; memory is kept.</summary>
    public void Clear()
    {
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
