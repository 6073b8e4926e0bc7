namespace Hearth.Settings;

/// <summary>
/// What was asked for on the command line and in the environment. A setting has one key, the name of its environment variable;
/// a flag is a shorter way to give the same key and wins over the environment.
/// </summary>
internal sealed class SettingSet
{
    private readonly Dictionary<string, SettingSource> _values = new(StringComparer.Ordinal);

    private SettingSet()
    {
    }

    /// <summary>Keys given by flags, with their values: what a child process must be told through its environment.</summary>
    public IEnumerable<KeyValuePair<string, string>> FromFlags =>
        _values.Where(v => v.Value.Origin.StartsWith("--", StringComparison.Ordinal))
            .Select(v => new KeyValuePair<string, string>(v.Key, v.Value.Value));

    /// <summary>Reads every <c>HEARTH_*</c> variable of this process. An empty variable counts as absent.</summary>
    public static SettingSet FromEnvironment()
    {
        var set = new SettingSet();
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            bool ours = entry.Key is string name && name.StartsWith("HEARTH_", StringComparison.Ordinal);
            if (ours && entry.Key is string key && entry.Value is string { Length: > 0 } value)
            {
                set._values[key] = new SettingSource(value, key);
            }
        }

        return set;
    }

    /// <summary>Adds a flag's value; it replaces what the environment said.</summary>
    public void AddFlag(string flag, string key, string value) => _values[key] = new SettingSource(value, flag);

    /// <summary>The value given for a key.</summary>
    public bool TryGet(string key, out SettingSource source) => _values.TryGetValue(key, out source);

    /// <summary>The value given for a key, or null.</summary>
    public string? Get(string key) => _values.TryGetValue(key, out SettingSource source) ? source.Value : null;
}
