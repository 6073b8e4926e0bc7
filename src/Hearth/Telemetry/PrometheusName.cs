using System.Globalization;
using System.Text;

namespace Hearth.Telemetry;

/// <summary>
/// Names, labels and escapes of the Prometheus text format 0.0.4; names follow OpenTelemetry's rules for Prometheus (unit, then
/// <c>_total</c>).
/// </summary>
internal static class PrometheusName
{
    private const int LabelValueCharactersMax = 256;

    /// <summary>The name of an instrument.</summary>
    public static string Of(string name, string? unit, bool isCounter)
    {
        string plain = Plain(name, colonAllowed: true);
        string? suffix = unit switch
        {
            null or "" or "1" => null,
            "s" => "seconds",
            "ms" => "milliseconds",
            "ns" => "nanoseconds",
            "By" => "bytes",
            _ when unit.StartsWith('{') => null,
            _ => Plain(unit, colonAllowed: false),
        };
        if (suffix is not null && !plain.EndsWith("_" + suffix, StringComparison.Ordinal))
        {
            plain += "_" + suffix;
        }

        return isCounter && !plain.EndsWith("_total", StringComparison.Ordinal) ? plain + "_total" : plain;
    }

    /// <summary>Label pairs sorted by name, values escaped and cut to a bounded length.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        // Two tags may become one label name; the last one wins, because a name twice makes the whole page unreadable.
        var pairs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            string value = Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "";
            pairs[Plain(tag.Key, colonAllowed: false)] = value.Length > LabelValueCharactersMax ? value[..LabelValueCharactersMax] : value;
        }

        return string.Join(',', pairs.Select(p => $"{p.Key}=\"{EscapeLabel(p.Value)}\""));
    }

    /// <summary>In help text a backslash and a line feed are escaped.</summary>
    public static string EscapeHelp(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string EscapeLabel(string text) => EscapeHelp(text).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string Plain(string name, bool colonAllowed)
    {
        var plain = new StringBuilder(name.Length + 1);
        foreach (char c in name)
        {
            bool kept = char.IsAsciiLetterOrDigit(c) || c == '_' || (c == ':' && colonAllowed);
            plain.Append(kept ? c : '_');
        }

        if (plain.Length == 0 || char.IsAsciiDigit(plain[0]))
        {
            plain.Insert(0, '_');
        }

        return plain.ToString();
    }
}
