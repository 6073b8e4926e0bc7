namespace Hearth.Settings;

/// <summary>One value found for a setting, and the words a person would look for it under (a flag or an environment variable).</summary>
/// <param name="Value">The text as given.</param>
/// <param name="Origin">Where it was given, for example <c>--http-port</c> or <c>HEARTH_HTTP_PORT</c>.</param>
internal readonly record struct SettingSource(string Value, string Origin);
