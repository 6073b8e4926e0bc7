using Hearth.Storage.Reading;

namespace Hearth.Query.FlameGraphs;

/// <summary>The stacks of one service on their way into a pprof.</summary>
/// <param name="Service">Values by stack.</param>
/// <param name="Symbols">Frames, functions and mappings of those stacks.</param>
/// <param name="Admitted">Which stacks count; null for all.</param>
internal sealed record PprofPart(ServiceStacks Service, SymbolExport Symbols, IReadOnlySet<ulong>? Admitted)
{
    /// <summary>Whether a stack counts.</summary>
    public bool Counts(ulong stack) => Admitted is null || Admitted.Contains(stack);

    /// <summary>Frame ids of a stack, leaf first; none when the store does not know it.</summary>
    public ReadOnlySpan<ulong> FramesOf(ulong stack) => Symbols.Stacks.TryGetValue(stack, out ulong[]? frames) ? frames : [];
}
