namespace Hearth.Cli;

/// <summary>A flag of a verb: a shorter way to give a setting. All flags take one value.</summary>
/// <param name="Name">With dashes, for example <c>--http-port</c>.</param>
/// <param name="ValueName">What stands for the value in the help text.</param>
/// <param name="Key">The environment variable that means the same.</param>
/// <param name="Help">One sentence with the default.</param>
internal sealed record Flag(string Name, string ValueName, string Key, string Help);
