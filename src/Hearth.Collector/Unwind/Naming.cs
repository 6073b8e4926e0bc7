using Hearth.Collector.Processes;

namespace Hearth.Collector.Unwind;

/// <summary>The two parts that give names: to processes and to addresses.</summary>
internal sealed record Naming(ISymbolizer Symbolizer, IProcessIdentifier Identifier) : IDisposable
{
    /// <summary>Lets go of files, maps and switched-on runtimes.</summary>
    public void Dispose()
    {
        (Symbolizer as IDisposable)?.Dispose();
        (Identifier as IDisposable)?.Dispose();
    }
}
