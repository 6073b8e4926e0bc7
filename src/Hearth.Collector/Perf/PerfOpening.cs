namespace Hearth.Collector.Perf;

/// <summary>What <see cref="PerfOpener"/> achieved.</summary>
/// <param name="Events">The open events; null in <see cref="PerfMode.Accounting"/>.</param>
/// <param name="Mode">How much is seen.</param>
/// <param name="Error">errno of the refusal that led here; 0 when nothing was refused.</param>
/// <param name="Hint">One line for a person: what was refused, what is profiled instead, what would help; null in the best mode.</param>
internal sealed record PerfOpening(PerfEvents? Events, PerfMode Mode, int Error, string? Hint);
