namespace Hearth.Query.FlameGraphs;

/// <summary>Values by stack of one service: stack ids mean something inside a service only.</summary>
/// <param name="Service">Service.</param>
/// <param name="Stacks">Stack ids, each once.</param>
/// <param name="Values">The value of each stack, positive.</param>
internal sealed record ServiceStacks(string Service, ulong[] Stacks, long[] Values);
