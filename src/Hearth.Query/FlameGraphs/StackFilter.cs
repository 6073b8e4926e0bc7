namespace Hearth.Query.FlameGraphs;

/// <summary>Which samples and stacks count, beyond the selection of series.</summary>
internal sealed class StackFilter
{
    /// <summary>Everything counts.</summary>
    public static StackFilter None { get; } = new();

    /// <summary>Local root spans; null for all samples, an empty list for none.</summary>
    public IReadOnlyList<ulong>? Spans { get; init; }

    /// <summary>
    /// Function names from the root: only stacks that begin with them count, inlined functions counted one by one. Kept stacks stay
    /// whole.
    /// </summary>
    public IReadOnlyList<string> CallSite { get; init; } = [];

    /// <summary>Whether a stack, function names from the root, begins with the call site.</summary>
    public bool Admits(ReadOnlySpan<string> functions)
    {
        if (functions.Length < CallSite.Count)
        {
            return false;
        }

        for (int i = 0; i < CallSite.Count; i++)
        {
            if (!string.Equals(functions[i], CallSite[i], StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}
