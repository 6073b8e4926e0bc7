using Xunit;

namespace Hearth.Collector.Tests;

/// <summary>Tests that sample real processes: one at a time, so that they do not take each other's CPU.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class LiveCollection : ICollectionFixture<LivePrograms>
{
    public const string Name = "live";
}
