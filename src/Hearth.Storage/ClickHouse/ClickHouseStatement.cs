using System.Globalization;
using System.Text;

namespace Hearth.Storage.ClickHouse;

/// <summary>
/// A statement with its bound parameters and settings. Values never become part of the text: <c>{name:Type}</c> in the text
/// takes the parameter of that name.
/// </summary>
public sealed class ClickHouseStatement(string text)
{
    private readonly List<KeyValuePair<string, string>> _parameters = [];
    private readonly List<KeyValuePair<string, string>> _settings = [];

    /// <summary>The SQL.</summary>
    public string Text { get; } = text;

    /// <summary>Longest it may take; null for the client's default.</summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>Database it runs in: null for the client's, empty for the server's default.</summary>
    public string? Database { get; set; }

    internal IReadOnlyList<KeyValuePair<string, string>> Parameters => _parameters;

    internal IReadOnlyList<KeyValuePair<string, string>> Settings => _settings;

    /// <summary>Binds a string; any text.</summary>
    public ClickHouseStatement Bind(string name, string value)
    {
        StringBuilder text = new(value.Length + 8);
        Escape(text, value);
        return Add(name, text.ToString());
    }

    /// <summary>Binds a number.</summary>
    public ClickHouseStatement Bind(string name, long value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Binds a number.</summary>
    public ClickHouseStatement Bind(string name, ulong value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Binds an array of strings; any text.</summary>
    public ClickHouseStatement Bind(string name, IEnumerable<string> values)
    {
        StringBuilder text = new("[");
        foreach (string value in values)
        {
            text.Append(text.Length > 1 ? ",'" : "'");
            Escape(text, value);
            text.Append('\'');
        }

        return Add(name, text.Append(']').ToString());
    }

    /// <summary>Binds an array of numbers.</summary>
    public ClickHouseStatement Bind(string name, ReadOnlySpan<ulong> values)
    {
        StringBuilder text = new(2 + (values.Length * 21));
        text.Append('[');
        foreach (ulong value in values)
        {
            if (text.Length > 1)
            {
                text.Append(',');
            }

            text.Append(value);
        }

        return Add(name, text.Append(']').ToString());
    }

    /// <summary>Sets a ClickHouse setting for this statement.</summary>
    public ClickHouseStatement Set(string setting, string value)
    {
        _settings.Add(new(setting, value));
        return this;
    }

    /// <summary>Sets a ClickHouse setting for this statement.</summary>
    public ClickHouseStatement Set(string setting, long value) => Set(setting, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Another text with the same parameters, settings and limits.</summary>
    internal ClickHouseStatement WithText(string text)
    {
        ClickHouseStatement other = new(text) { Timeout = Timeout, Database = Database };
        other._parameters.AddRange(_parameters);
        other._settings.AddRange(_settings);
        return other;
    }

    private ClickHouseStatement Add(string name, string value)
    {
        _parameters.Add(new(name, value));
        return this;
    }

    // Parameters are read as tab-separated text: what that format escapes is escaped, and a quote for arrays.
    private static void Escape(StringBuilder text, string value)
    {
        foreach (char unit in value)
        {
            _ = unit switch
            {
                '\\' => text.Append("\\\\"),
                '\'' => text.Append("\\'"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '\0' => text.Append("\\0"),
                _ => text.Append(unit),
            };
        }
    }
}
