namespace Hearth.Profiles.Labels;

/// <summary>A name and its value.</summary>
public readonly record struct Label(string Name, string Value);
