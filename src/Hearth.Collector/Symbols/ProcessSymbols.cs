using Hearth.Collector.Processes;
using Hearth.Collector.Runtimes.Dotnet;

namespace Hearth.Collector.Symbols;

/// <summary>What symbolisation remembers about one process.</summary>
internal sealed class ProcessSymbols(ProcessEntry process, int perfMapLinesMax)
{
    private PerfMapFile? _perfMap;

    /// <summary>The process.</summary>
    public ProcessEntry Process { get; } = process;

    /// <summary>The runtime found in it, and what became of its perf map. Set on the worker.</summary>
    public volatile DotnetState Dotnet = DotnetState.Unknown;

    /// <summary>Executable ranges when the runtime was last looked for.</summary>
    public int MappingsSeen { get; set; } = -1;

    /// <summary>Pid in the innermost namespace; 0 unknown.</summary>
    public int NamespacePid { get; set; }

    /// <summary>Effective user id.</summary>
    public uint Uid { get; set; } = uint.MaxValue;

    /// <summary>The perf map; made at the first use, by whichever thread comes first.</summary>
    public PerfMapFile PerfMap
    {
        get
        {
            if (Volatile.Read(ref _perfMap) is { } map)
            {
                return map;
            }

            map = new PerfMapFile(perfMapLinesMax);
            return Interlocked.CompareExchange(ref _perfMap, map, null) ?? map;
        }
    }

    /// <summary>Memory of the perf map, bytes.</summary>
    public long ByteSize => _perfMap?.ByteSize ?? 0;

    /// <summary>True when a perf map is held.</summary>
    public bool HasPerfMap => _perfMap is not null;

    /// <summary>profile.frame.type of generated code: told by the runtime that made it.</summary>
    public bool IsDotnet => Dotnet != DotnetState.Unknown && Dotnet != DotnetState.NotDotnet;

    /// <summary>Until this window nothing of it is read that may hang: reading took too long, and others are not to wait for it.</summary>
    public long SlowUntil { get; set; }

    /// <summary>Generated-code addresses without a name in the current window.</summary>
    public int Unnamed { get; set; }

    /// <summary>Not before this window is the runtime asked again.</summary>
    public long AskAgainAt { get; set; }

    /// <summary>Windows between the last two times it was asked.</summary>
    public int AskedApart { get; set; } = 1;

    /// <summary>Number of the window of the last sample.</summary>
    public long LastWindow { get; set; }

    /// <summary>Lets go of the perf map.</summary>
    public void DropPerfMap()
    {
        _perfMap?.Dispose();
        _perfMap = null;
    }
}
