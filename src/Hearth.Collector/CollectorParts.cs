using Hearth.Collector.Processes;
using Hearth.Collector.Unwind;
using Microsoft.Extensions.Logging;

namespace Hearth.Collector;

/// <summary>Chooses the parts a collector is made of: the one place that knows the implementations behind the edges.</summary>
internal sealed record CollectorParts(ISymbolizer Symbolizer, IProcessIdentifier Identifier) : IDisposable
{
    /// <summary>The parts a collector on a real machine uses.</summary>
    public static CollectorParts Create(CollectorOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        _ = (options, time, loggers);
        return new CollectorParts(new AddressSymbolizer(), new CommIdentifier());
    }

    /// <summary>Lets go of files, maps and switched-on runtimes.</summary>
    public void Dispose()
    {
        (Symbolizer as IDisposable)?.Dispose();
        (Identifier as IDisposable)?.Dispose();
    }
}
