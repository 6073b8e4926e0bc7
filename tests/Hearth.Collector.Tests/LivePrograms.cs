using Hearth.Load;
using Hearth.Testing;

namespace Hearth.Collector.Tests;

/// <summary>The workload programs, built once.</summary>
public sealed class LivePrograms : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Lazy<string> _split;
    private readonly Lazy<string> _spawn;

    public LivePrograms()
    {
        _split = new Lazy<string>(() => Build("split"));
        _spawn = new Lazy<string>(() => Build("spawn"));
    }

    public string Split => _split.Value;

    public string Spawn => _spawn.Value;

    public void Dispose() => _folder.Dispose();

    /// <summary>Skips when this user may not sample all processes.</summary>
    internal static void RequireRoot() => Require.That(Environment.IsPrivilegedProcess, "Sampling every process needs root.");

    private string Build(string name)
    {
        Require.Tool("gcc");
        return Workload.Build(Path.Combine(Repository.Root, "tests", "Workloads"), name, _folder.Path);
    }
}
