using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Hearth.Benchmarks;

/// <summary>One call per iteration, in this process: each call changes or reads a store that a setup has filled.</summary>
public sealed class InsertConfig : ManualConfig
{
    /// <summary>Twelve calls, the first two not counted.</summary>
    public InsertConfig() =>
        AddJob(Job.Default
            .WithStrategy(RunStrategy.Monitoring)
            .WithWarmupCount(2)
            .WithIterationCount(10)
            .WithInvocationCount(1)
            .WithUnrollFactor(1)
            .WithToolchain(InProcessEmitToolchain.Instance));
}
