using Hearth.Settings;

namespace Hearth.Cli;

/// <summary>One verb of the command line: its flags, its help, and what it runs.</summary>
internal sealed class Verb
{
    /// <summary>The word typed, or two for a verb inside another.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence for the list of verbs.</summary>
    public required string Summary { get; init; }

    /// <summary>The flags it takes.</summary>
    public IReadOnlyList<Flag> Flags { get; init; } = [];

    /// <summary>Whole command lines with what they do, for the help text.</summary>
    public IReadOnlyList<(string Command, string Meaning)> Examples { get; init; } = [];

    /// <summary>True for what only the supervisor starts.</summary>
    public bool Hidden { get; init; }

    /// <summary>Runs it; the result is the exit code.</summary>
    public required Func<SettingSet, Task<int>> Run { get; init; }
}
