namespace Hearth.Supervision;

/// <summary>What to start for one role.</summary>
internal sealed class ChildSpec
{
    /// <summary>The verb, which is also the name in messages.</summary>
    public required string Role { get; init; }

    /// <summary>True when Hearth is of no use without it: then a failure of its first start ends everything.</summary>
    public bool Essential { get; init; } = true;

    /// <summary>
    /// Environment for the child beyond this process's own, asked for at every start because ports become known. The argument counts the
    /// lives in a row that ended before they were ready. A null value removes a variable.
    /// </summary>
    public required Func<int, IReadOnlyDictionary<string, string?>> Environment { get; init; }

    /// <summary>Arguments after the verb; the argument is the same count.</summary>
    public Func<int, IReadOnlyList<string>> Arguments { get; init; } = static _ => [];

    /// <summary>Longest wait for the ready line.</summary>
    public TimeSpan ReadyTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
