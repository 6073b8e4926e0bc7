using Hearth.Collector.Processes.Identity;
using Hearth.Collector.Symbols;
using Hearth.Collector.Unwind;
using Microsoft.Extensions.Logging;

namespace Hearth.Collector;

/// <summary>Chooses the parts a collector is made of: the one place that knows the implementations behind the edges.</summary>
internal static class CollectorParts
{
    /// <summary>The parts a collector on a real machine uses.</summary>
    public static Naming Create(CollectorOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        var limits = new SymbolLimits();
        return new Naming(
            new Symbolizer(options.ProcRoot, limits, time, loggers),
            new ProcessIdentifier(options.ProcRoot, Environment.MachineName, TimeSpan.FromMilliseconds(limits.FileDeadlineMs)));
    }
}
