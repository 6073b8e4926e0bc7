namespace Hearth.Collector.Runtimes.Dotnet;

/// <summary>What is known about .NET in a process.</summary>
internal enum DotnetState
{
    /// <summary>Nothing yet.</summary>
    Unknown,

    /// <summary>No runtime is mapped (so far: a host may load it later).</summary>
    NotDotnet,

    /// <summary>A runtime is there; its perf map was not asked for yet.</summary>
    Found,

    /// <summary>The perf map is being switched on.</summary>
    Enabling,

    /// <summary>The perf map is on.</summary>
    Enabled,

    /// <summary>It cannot be switched on; counted with the reason.</summary>
    Refused,
}
