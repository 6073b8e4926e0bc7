using Hearth.Profiles.Model;
using Attribute = Hearth.Profiles.Model.Attribute;
using ValueType = Hearth.Profiles.Model.ValueType;

namespace Hearth.Ingest.Tests;

/// <summary>Writes documents the short way: stacks as names, leaf first; attributes as pairs.</summary>
internal sealed class DocumentBuilder
{
    public ProfileDocument Document { get; } = new();

    private SymbolTable Symbols => Document.Symbols;

    private StringTable Strings => Document.Symbols.Strings;

    public ProfileGroup Group(params (string Name, object Value)[] resource)
    {
        ProfileGroup group = Document.AddGroup();
        group.ResourceAttributes = Attributes(resource);
        return group;
    }

    public Profile Profile(ProfileGroup group, DateTimeOffset start, string type = "cpu", string unit = "nanoseconds")
    {
        Profile profile = group.Add();
        profile.TimeNanos = (start - DateTimeOffset.UnixEpoch).Ticks * 100;
        profile.DurationNanos = 15_000_000_000;
        profile.SampleTypes.Add(new ValueType(Strings.Intern(type), Strings.Intern(unit)));
        profile.PeriodType = new ValueType(Strings.Intern("cpu"), Strings.Intern("nanoseconds"));
        profile.Period = 10_000_000;
        return profile;
    }

    public int Attributes(params (string Name, object Value)[] attributes)
    {
        if (attributes.Length == 0)
        {
            return 0;
        }

        int row = Symbols.AttributeSets.Open();
        foreach ((string name, object value) in attributes)
        {
            Symbols.AttributeSets.Push(Symbols.Attributes.Add(value is string text
                ? new Attribute(Strings.Intern(name), AttributeKind.String, Strings.Intern(text), 0, 0)
                : new Attribute(Strings.Intern(name), AttributeKind.Int, 0, Convert.ToInt64(value, null), 0)));
        }

        return row;
    }

    public int Function(string name) => Symbols.Functions.Add(new Function { Name = Strings.Intern(name) });

    public int Location(string name)
    {
        int line = Symbols.Lines.Add(new Line { Function = Function(name), LineNumber = 7 });
        return Symbols.Locations.Add(new Location { LineStart = line, LineCount = 1 });
    }

    public int Address(ulong address, int mapping) =>
        Symbols.Locations.Add(new Location { Address = address, Mapping = mapping, LineStart = Symbols.Lines.Count });

    public int Mapping(string buildId, string file, ulong start, ulong limit, ulong offset) => Symbols.Mappings.Add(new Mapping
    {
        BuildId = Strings.Intern(buildId),
        Filename = Strings.Intern(file),
        MemoryStart = start,
        MemoryLimit = limit,
        FileOffset = offset,
    });

    public int Stack(params string[] names) => Symbols.Stacks.Add(Array.ConvertAll(names, Location));

    public int Link(ulong span) => Symbols.Links.Add(new Link(UInt128.One, span));

    public void Sample(Profile profile, int stack, long value, int attributes = 0, int link = 0) => profile.Samples.Add(new Sample
    {
        Stack = stack,
        AttributeSet = attributes,
        Link = link,
        ValueStart = profile.Values.Add(value),
        ValueCount = 1,
    });
}
