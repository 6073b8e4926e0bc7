namespace Hearth.Profiles.Model;

/// <summary>What the samples of a profile are.</summary>
public enum ProfileShape
{
    /// <summary>Call stacks, leaf first.</summary>
    Stacks,

    /// <summary>
    /// Caller → callee pairs with calls, self and cumulative values (cProfile, callgrind): top, callers and callees read
    /// them; flame graphs and merges refuse.
    /// </summary>
    Arcs,
}
