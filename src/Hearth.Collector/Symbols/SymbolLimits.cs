using System.ComponentModel.DataAnnotations;

namespace Hearth.Collector.Symbols;

/// <summary>Bounds of what symbolisation holds and waits for.</summary>
internal sealed class SymbolLimits
{
    /// <summary>Memory of all symbol tables and cached names together, bytes; what was not used for longest is let go.</summary>
    [Range(1024 * 1024, 1024L * 1024 * 1024)]
    public long BytesMax { get; set; } = 32L * 1024 * 1024;

    /// <summary>Files of other processes that are held open.</summary>
    [Range(16, 65_536)]
    public int OpenFilesMax { get; set; } = 512;

    /// <summary>Mapped files that are remembered, opened or not.</summary>
    [Range(64, 1_000_000)]
    public int MappedFilesMax { get; set; } = 8192;

    /// <summary>Lines of one process's perf map; the rest of the file is left out and counted.</summary>
    [Range(1000, 10_000_000)]
    public int PerfMapLinesMax { get; set; } = 250_000;

    /// <summary>Perf maps that are held; past it the one not used for longest is closed.</summary>
    [Range(1, 65_536)]
    public int PerfMapsMax { get; set; } = 256;

    /// <summary>Milliseconds one read of another process's files may take.</summary>
    [Range(1, 60_000)]
    public int FileDeadlineMs { get; set; } = 5000;

    /// <summary>Milliseconds a runtime may take to answer.</summary>
    [Range(1, 60_000)]
    public int RuntimeDeadlineMs { get; set; } = 5000;

    /// <summary>Milliseconds a window waits in all for runtimes to switch their perf maps on.</summary>
    [Range(0, 60_000)]
    public int RuntimeWaitMs { get; set; } = 1500;

    /// <summary>Seconds between two reads of /proc/kallsyms at the least.</summary>
    [Range(1, 3600)]
    public int KernelSymbolsIntervalSeconds { get; set; } = 60;

    /// <summary>Whether .NET processes are asked to write a perf map.</summary>
    public bool DotnetPerfMaps { get; set; } = true;
}
