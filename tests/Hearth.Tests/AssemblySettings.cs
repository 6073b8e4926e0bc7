using Xunit;

// Whole hosts with their time limits are started here: two at once on a small machine would fail each other's limits.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
