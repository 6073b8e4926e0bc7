using System.Globalization;

namespace Hearth.Collector.Processes.Identity;

/// <summary>
/// Resource attributes that a process tells about itself: bounded in number and size, control characters replaced, the first
/// value of a key wins.
/// </summary>
internal sealed class ResourceAttributes
{
    /// <summary>Attributes kept.</summary>
    public const int CountMax = 64;

    /// <summary>Characters of a key; longer ones are left out.</summary>
    public const int KeyCharsMax = 128;

    /// <summary>Characters of a value; the rest is cut.</summary>
    public const int ValueCharsMax = 1024;

    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);

    /// <summary>The attributes but service.name.</summary>
    public IEnumerable<KeyValuePair<string, object>> WithoutServiceName => _values.Where(static a => a.Key != "service.name");

    /// <summary>service.name, unless it is empty or the SDK's "unknown_service" default, which says nothing.</summary>
    public string? ServiceName =>
        _values.TryGetValue("service.name", out object? value) && value is string { Length: > 0 } name
            && !name.StartsWith("unknown_service", StringComparison.Ordinal) ? name : null;

    /// <summary>Adds a string, cleaned and cut.</summary>
    public void Add(string key, string value)
    {
        if (value.Length > 0)
        {
            Put(key, Clean(value));
        }
    }

    /// <summary>Adds an integer.</summary>
    public void Add(string key, long value) => Put(key, value);

    /// <summary>Adds a number as text.</summary>
    public void Add(string key, double value) => Put(key, value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>
    /// Adds what OTEL_RESOURCE_ATTRIBUTES holds: <c>key=value</c> pairs separated by commas, percent-encoded where needed
    /// (OpenTelemetry resource SDK specification, W3C baggage octets).
    /// </summary>
    public void AddEncoded(string text)
    {
        foreach (string pair in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                Add(Uri.UnescapeDataString(pair[..equals].TrimEnd()), Uri.UnescapeDataString(pair[(equals + 1)..].TrimStart()));
            }
        }
    }

    /// <summary>Adds every attribute of another set whose key is not there yet.</summary>
    public void AddAll(ResourceAttributes other)
    {
        foreach ((string key, object value) in other._values)
        {
            Put(key, value);
        }
    }

    /// <summary>A text as it may be stored: control characters replaced by spaces, trimmed, cut at <paramref name="charsMax"/>.</summary>
    public static string Clean(string text, int charsMax = ValueCharsMax)
    {
        text = text.Length > charsMax ? text[..charsMax] : text;
        return text.Any(char.IsControl)
            ? string.Create(text.Length, text, static (span, source) =>
            {
                for (int i = 0; i < span.Length; i++)
                {
                    span[i] = char.IsControl(source[i]) ? ' ' : source[i];
                }
            }).Trim()
            : text.Trim();
    }

    private void Put(string key, object value)
    {
        if (key.Length is > 0 and <= KeyCharsMax && _values.Count < CountMax && !key.Any(char.IsControl))
        {
            _values.TryAdd(key, value);
        }
    }
}
