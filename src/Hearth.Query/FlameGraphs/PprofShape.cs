namespace Hearth.Query.FlameGraphs;

/// <summary>What is left of each stack in a pprof.</summary>
/// <param name="NodesMax">Nodes of the tree of frames; stacks are cut to it from the leaf. 0 for no limit.</param>
/// <param name="LeafLocations">Locations kept from the leaf on; 0 for all.</param>
/// <param name="AggregateCallees">Whether leaves of one function are one location, whatever their line.</param>
internal readonly record struct PprofShape(int NodesMax, int LeafLocations, bool AggregateCallees);
