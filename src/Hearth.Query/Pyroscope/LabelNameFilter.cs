using Microsoft.AspNetCore.Http;

namespace Hearth.Query.Pyroscope;

/// <summary>
/// Whether a caller understands label names beyond letters, digits and underscores. It says so by the parameter
/// <c>allow-utf8-labelnames=true</c> of any media range in its Accept header; without it dotted names are left out and their
/// aliases stand for them.
/// </summary>
internal static class LabelNameFilter
{
    private const string Parameter = "allow-utf8-labelnames";

    /// <summary>Whether a caller takes any name.</summary>
    public static bool AllowsAny(IHeaderDictionary headers)
    {
        foreach (string? value in headers.Accept)
        {
            foreach (string part in (value ?? "").Split([',', ';'], StringSplitOptions.TrimEntries))
            {
                string[] pair = part.Split('=', 2, StringSplitOptions.TrimEntries);
                if (pair.Length == 2 && pair[0].Equals(Parameter, StringComparison.OrdinalIgnoreCase)
                    && pair[1].Trim('"').Equals("true", StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Whether a name is one every client understands: <c>[a-zA-Z_][a-zA-Z0-9_]*</c>.</summary>
    public static bool IsPlain(string name)
    {
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
            {
                return false;
            }
        }

        return name.Length > 0 && !char.IsAsciiDigit(name[0]);
    }
}
