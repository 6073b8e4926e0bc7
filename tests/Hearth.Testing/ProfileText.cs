using System.Globalization;
using System.Text;
using Hearth.Profiles.Model;
using Attribute = Hearth.Profiles.Model.Attribute;
using ValueType = Hearth.Profiles.Model.ValueType;

namespace Hearth.Testing;

/// <summary>A document as text by content: two documents that say the same have the same text, whatever their indices are.</summary>
public static class ProfileText
{
    /// <summary>Everything a document says, samples sorted.</summary>
    public static string Of(ProfileDocument document)
    {
        StringBuilder text = new();
        SymbolTable symbols = document.Symbols;
        for (int g = 0; g < document.Count; g++)
        {
            ProfileGroup group = document[g];
            string scope = $"{symbols.Strings.GetString(group.ScopeName)} {symbols.Strings.GetString(group.ScopeVersion)}";
            text.Append(
                CultureInfo.InvariantCulture,
                $"group {Set(symbols, group.ResourceAttributes)} scope {scope} {Set(symbols, group.ScopeAttributes)}\n");
            for (int p = 0; p < group.Count; p++)
            {
                AppendHeader(text, symbols, group[p]);
                for (int type = 0; type < group[p].SampleTypes.Count; type++)
                {
                    text.Append(CultureInfo.InvariantCulture, $"  samples of {Type(symbols, group[p].SampleTypes[type])}\n");
                    foreach (string sample in Samples(symbols, group[p], type))
                    {
                        text.Append("    ").Append(sample).Append('\n');
                    }
                }
            }
        }

        return text.ToString();
    }

    /// <summary>What one sample type of a profile says, one line a sample, sorted: value, stack, attributes, link, times.</summary>
    public static IReadOnlyList<string> Samples(SymbolTable symbols, Profile profile, int type)
    {
        List<string> lines = [];
        foreach (Sample sample in profile.Samples.Span)
        {
            StringBuilder line = new();
            line.Append(
                CultureInfo.InvariantCulture,
                $"{profile.ValueOf(sample, type)} [{Stack(symbols, sample.Stack)}] {Set(symbols, sample.AttributeSet)}");
            if (sample.Link != 0)
            {
                line.Append(
                    CultureInfo.InvariantCulture,
                    $" link {symbols.Links[sample.Link].TraceId:x32}/{symbols.Links[sample.Link].SpanId:x16}");
            }

            if (sample.TimestampCount > 0)
            {
                line.Append(" at ").AppendJoin(',', profile.Timestamps.Slice(sample.TimestampStart, sample.TimestampCount).ToArray());
                line.Append(" values ").AppendJoin(',', profile.Values.Slice(sample.ValueStart, sample.ValueCount).ToArray());
            }

            lines.Add(line.ToString());
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    /// <summary>Counts, totals by sample type and the functions with the largest own values: for files too large to write out.</summary>
    public static string Summary(ProfileDocument document, int top)
    {
        StringBuilder text = new();
        SymbolTable symbols = document.Symbols;
        text.Append(
            CultureInfo.InvariantCulture,
            $"strings {symbols.Strings.Count} mappings {symbols.Mappings.Count} functions {symbols.Functions.Count} ");
        text.Append(
            CultureInfo.InvariantCulture,
            $"locations {symbols.Locations.Count} lines {symbols.Lines.Count} stacks {symbols.Stacks.Count}\n");
        for (int g = 0; g < document.Count; g++)
        {
            for (int p = 0; p < document[g].Count; p++)
            {
                Profile profile = document[g][p];
                AppendHeader(text, symbols, profile);
                text.Append(CultureInfo.InvariantCulture, $"  samples {profile.Samples.Count}\n");
                for (int type = 0; type < profile.SampleTypes.Count; type++)
                {
                    text.Append(
                        CultureInfo.InvariantCulture, $"  {Type(symbols, profile.SampleTypes[type])} total {Total(profile, type)}\n");
                    foreach ((string name, long value) in TopByOwnValue(symbols, profile, type).Take(top))
                    {
                        text.Append(CultureInfo.InvariantCulture, $"    {value} {name}\n");
                    }
                }
            }
        }

        return text.ToString();
    }

    /// <summary>The sum of the values of one sample type.</summary>
    public static long Total(Profile profile, int type)
    {
        long total = 0;
        foreach (Sample sample in profile.Samples.Span)
        {
            total += profile.ValueOf(sample, type);
        }

        return total;
    }

    private static void AppendHeader(StringBuilder text, SymbolTable symbols, Profile profile)
    {
        StringTable strings = symbols.Strings;
        text.Append(CultureInfo.InvariantCulture, $"  profile {profile.Shape} time {profile.TimeNanos} duration {profile.DurationNanos} ");
        text.Append(
            CultureInfo.InvariantCulture, $"period {profile.Period} {Type(symbols, profile.PeriodType)} id {profile.ProfileId:x32} ");
        text.Append(
            CultureInfo.InvariantCulture,
            $"drop '{strings.GetString(profile.DropFrames)}' keep '{strings.GetString(profile.KeepFrames)}' ");
        text.Append(
            CultureInfo.InvariantCulture,
            $"url '{strings.GetString(profile.DocUrl)}' default '{strings.GetString(profile.DefaultSampleType)}' ");
        text.Append(CultureInfo.InvariantCulture, $"{Set(symbols, profile.AttributeSet)} dropped {profile.DroppedAttributes}");
        foreach (int comment in profile.Comments.Span)
        {
            text.Append(CultureInfo.InvariantCulture, $" # {strings.GetString(comment)}");
        }

        text.Append('\n');
    }

    private static IEnumerable<(string Name, long Value)> TopByOwnValue(SymbolTable symbols, Profile profile, int type)
    {
        Dictionary<string, long> own = new(StringComparer.Ordinal);
        foreach (Sample sample in profile.Samples.Span)
        {
            Span<int> stack = symbols.Stacks[sample.Stack];
            string name = stack.IsEmpty ? "(no stack)" : Name(symbols, symbols.Locations[stack[0]]);
            own[name] = own.GetValueOrDefault(name) + profile.ValueOf(sample, type);
        }

        return own.Select(pair => (pair.Key, pair.Value)).OrderByDescending(pair => pair.Value).ThenBy(
            pair => pair.Key, StringComparer.Ordinal);
    }

    private static string Name(SymbolTable symbols, in Location location) =>
        location.LineCount == 0
            ? string.Create(CultureInfo.InvariantCulture, $"0x{location.Address:x}")
            : symbols.Strings.GetString(symbols.Functions[symbols.Lines[location.LineStart].Function].Name);

    private static string Stack(SymbolTable symbols, int stack)
    {
        StringBuilder text = new();
        foreach (int index in symbols.Stacks[stack])
        {
            text.Append(text.Length > 0 ? " ; " : "");
            AppendLocation(text, symbols, symbols.Locations[index]);
        }

        return text.ToString();
    }

    private static void AppendLocation(StringBuilder text, SymbolTable symbols, in Location location)
    {
        StringTable strings = symbols.Strings;
        Mapping mapping = symbols.Mappings[location.Mapping];
        string mapped = strings.GetString(mapping.Filename);
        string range = string.Create(
            CultureInfo.InvariantCulture, $"{mapping.MemoryStart:x}-{mapping.MemoryLimit:x}+{mapping.FileOffset:x}");
        text.Append(CultureInfo.InvariantCulture, $"{location.Address:x}@{mapped}({strings.GetString(mapping.BuildId)}) {range}");
        text.Append(mapping.Flags != 0 ? $" {mapping.Flags}" : "");
        text.Append(mapping.AttributeSet != 0 ? Set(symbols, mapping.AttributeSet) : "");
        text.Append(location.IsFolded ? " folded" : "").Append(location.AttributeSet != 0 ? Set(symbols, location.AttributeSet) : "");
        text.Append(location.FrameType != 0 ? $" {strings.GetString(location.FrameType)}" : "");
        foreach (Line line in symbols.LinesOf(location))
        {
            Function function = symbols.Functions[line.Function];
            string names = $"{strings.GetString(function.Name)}|{strings.GetString(function.SystemName)}";
            string file = strings.GetString(function.Filename);
            text.Append(CultureInfo.InvariantCulture, $" <{names}|{file}|{function.StartLine} {line.LineNumber}:{line.ColumnNumber}>");
        }
    }

    private static string Set(SymbolTable symbols, int set)
    {
        List<string> items = [];
        foreach (int index in symbols.AttributeSets[set])
        {
            items.Add(One(symbols, symbols.Attributes[index]));
        }

        items.Sort(StringComparer.Ordinal);
        return $"{{{string.Join(", ", items)}}}";
    }

    private static string One(SymbolTable symbols, Attribute attribute)
    {
        StringTable strings = symbols.Strings;
        string value = attribute.Kind switch
        {
            AttributeKind.String => $"'{strings.GetString(attribute.Text)}'",
            AttributeKind.Int => attribute.Number.ToString(CultureInfo.InvariantCulture),
            AttributeKind.Double => BitConverter.Int64BitsToDouble(attribute.Number).ToString("R", CultureInfo.InvariantCulture),
            AttributeKind.Bool => attribute.Number != 0 ? "true" : "false",
            AttributeKind.Bytes => $"bytes {Convert.ToHexStringLower(strings[attribute.Text])}",
            AttributeKind.Encoded => $"encoded {Convert.ToHexStringLower(strings[attribute.Text])}",
            _ => "none",
        };
        string unit = attribute.Unit != 0 ? $" {strings.GetString(attribute.Unit)}" : "";
        return $"{strings.GetString(attribute.Key)}={value}{unit}";
    }

    private static string Type(SymbolTable symbols, ValueType type) =>
        $"{symbols.Strings.GetString(type.Type)}/{symbols.Strings.GetString(type.Unit)}";
}
