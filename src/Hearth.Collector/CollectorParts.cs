using Hearth.Collector.Processes;
using Hearth.Collector.Unwind;
using Microsoft.Extensions.Logging;

namespace Hearth.Collector;

/// <summary>Chooses the parts a collector is made of: the one place that knows the implementations behind the edges.</summary>
internal static class CollectorParts
{
    /// <summary>The parts a collector on a real machine uses.</summary>
    public static Naming Create(CollectorOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        _ = (options, time, loggers);
        return new Naming(new AddressSymbolizer(), new CommIdentifier());
    }
}
