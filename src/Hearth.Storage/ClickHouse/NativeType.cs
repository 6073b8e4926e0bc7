using System.Globalization;

namespace Hearth.Storage.ClickHouse;

/// <summary>How the data of a column lies in a Native block.</summary>
public enum NativeKind
{
    /// <summary>Values of <see cref="NativeType.Width"/> bytes, little-endian.</summary>
    Fixed,

    /// <summary>Varint length and bytes per row.</summary>
    String,

    /// <summary>One byte per row (1 is null), then the inner column with a placeholder for nulls.</summary>
    Nullable,

    /// <summary>Keys, then an index per row.</summary>
    LowCardinality,

    /// <summary>One UInt64 end offset per row, then the elements; a Map is an array of (key, value).</summary>
    Array,

    /// <summary>The parts one after the other.</summary>
    Tuple,
}

/// <summary>A ClickHouse type, as far as its place in a block goes. SimpleAggregateFunction is its result type.</summary>
public sealed class NativeType
{
    private const int DepthMax = 16;
    private const int TextLengthMax = 1 << 16;

    private NativeType(NativeKind kind, int width, NativeType[] items, string[] names)
    {
        Kind = kind;
        Width = width;
        Items = items;
        ItemNames = names;
    }

    /// <summary>How the data lies.</summary>
    public NativeKind Kind { get; }

    /// <summary>Bytes per value of <see cref="NativeKind.Fixed"/>.</summary>
    public int Width { get; }

    /// <summary>Inner types: one, or those of the tuple.</summary>
    public IReadOnlyList<NativeType> Items { get; }

    /// <summary>Names of the tuple's parts; empty strings when it has none.</summary>
    public IReadOnlyList<string> ItemNames { get; }

    /// <summary>Reads a type's text. Null when it is malformed, nested too deep, or of a kind that is not read here.</summary>
    public static NativeType? Parse(ReadOnlySpan<char> text) => text.Length > TextLengthMax ? null : Parse(text.Trim(), 0);

    private static NativeType? Parse(ReadOnlySpan<char> text, int depth)
    {
        if (depth > DepthMax)
        {
            return null;
        }

        int open = text.IndexOf('(');
        if (open < 0)
        {
            return text is "String" ? new(NativeKind.String, 0, [], []) : Plain(WidthOf(text));
        }

        if (text[^1] != ')')
        {
            return null;
        }

        ReadOnlySpan<char> inner = text[(open + 1)..^1];
        return text[..open] switch
        {
            "Nullable" => Wrap(NativeKind.Nullable, Parse(inner.Trim(), depth + 1)),
            "LowCardinality" => Wrap(NativeKind.LowCardinality, Parse(inner.Trim(), depth + 1)),
            "Array" => Wrap(NativeKind.Array, Parse(inner.Trim(), depth + 1)),
            "Map" => Wrap(NativeKind.Array, ParseTuple(inner, depth)),
            "Tuple" => ParseTuple(inner, depth),
            "SimpleAggregateFunction" => ParseAggregate(inner, depth),
            "FixedString" => int.TryParse(inner, NumberStyles.None, CultureInfo.InvariantCulture, out int width) ? Plain(width) : null,
            "DateTime" => Plain(4),
            "DateTime64" or "Time64" => Plain(8),
            "Enum8" => Plain(1),
            "Enum16" => Plain(2),
            "Decimal" => Plain(DecimalWidth(inner)),
            _ => null,
        };
    }

    private static NativeType? Plain(int width) => width > 0 ? new(NativeKind.Fixed, width, [], []) : null;

    private static NativeType? Wrap(NativeKind kind, NativeType? inner) => inner is null ? null : new(kind, 0, [inner], [""]);

    private static int WidthOf(ReadOnlySpan<char> name) => name switch
    {
        "UInt8" or "Int8" or "Bool" or "Nothing" => 1,
        "UInt16" or "Int16" or "Date" or "BFloat16" => 2,
        "UInt32" or "Int32" or "Float32" or "DateTime" or "Date32" or "IPv4" or "Time" => 4,
        "UInt64" or "Int64" or "Float64" => 8,
        "UInt128" or "Int128" or "UUID" or "IPv6" => 16,
        "UInt256" or "Int256" => 32,
        _ => 0,
    };

    private static int DecimalWidth(ReadOnlySpan<char> arguments)
    {
        int comma = arguments.IndexOf(',');
        ReadOnlySpan<char> precision = (comma < 0 ? arguments : arguments[..comma]).Trim();
        return !int.TryParse(precision, NumberStyles.None, CultureInfo.InvariantCulture, out int digits)
            ? 0
            : digits switch { < 1 => 0, <= 9 => 4, <= 18 => 8, <= 38 => 16, <= 76 => 32, _ => 0 };
    }

    private static NativeType? ParseAggregate(ReadOnlySpan<char> arguments, int depth)
    {
        int comma = NextComma(arguments);
        return comma < 0 ? null : Parse(arguments[(comma + 1)..].Trim(), depth + 1);
    }

    private static NativeType? ParseTuple(ReadOnlySpan<char> arguments, int depth)
    {
        List<NativeType> items = [];
        List<string> names = [];
        while (true)
        {
            int comma = NextComma(arguments);
            ReadOnlySpan<char> item = (comma < 0 ? arguments : arguments[..comma]).Trim();
            string name = "";
            int space = item.IndexOf(' ');
            int open = item.IndexOf('(');
            if (space > 0 && (open < 0 || space < open))
            {
                name = item[..space].Trim('`').ToString();
                item = item[(space + 1)..].Trim();
            }

            NativeType? type = Parse(item, depth + 1);
            if (type is null)
            {
                return null;
            }

            items.Add(type);
            names.Add(name);
            if (comma < 0)
            {
                return new(NativeKind.Tuple, 0, [.. items], [.. names]);
            }

            arguments = arguments[(comma + 1)..];
        }
    }

    // The first comma that is in no inner parentheses or quotes (time zones, enum names).
    private static int NextComma(ReadOnlySpan<char> text)
    {
        int depth = 0;
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\' when quoted:
                    i++;
                    break;
                case '\'':
                    quoted = !quoted;
                    break;
                case '(' when !quoted:
                    depth++;
                    break;
                case ')' when !quoted:
                    depth--;
                    break;
                case ',' when !quoted && depth == 0:
                    return i;
            }
        }

        return -1;
    }
}
