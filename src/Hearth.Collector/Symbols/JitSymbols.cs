using System.Diagnostics;
using Hearth.Collector.Metering;
using Hearth.Collector.Processes;
using Hearth.Collector.Processes.Identity;
using Hearth.Collector.Processes.Targets;
using Hearth.Collector.Runtimes.Dotnet;
using Hearth.Collector.Unwind;

namespace Hearth.Collector.Symbols;

/// <summary>
/// Names code that programs make while they run, from the perf maps of their runtimes; finds .NET processes and has their maps
/// switched on.
/// </summary>
internal sealed class JitSymbols(TargetFiles files, DeadlineWorker worker, SymbolLimits limits, string procRoot) : IDisposable
{
    private const int SlowWindows = 8;
    private const int AskedApartMax = 32;

    private static readonly TimeSpan DisableDeadline = TimeSpan.FromSeconds(1);

    private readonly DeadlineWorker _runtimes = new("hearth-runtimes", TimeSpan.FromMilliseconds(limits.RuntimeDeadlineMs));
    private readonly DotnetPerfMaps _dotnet = new(files, procRoot);
    private readonly Dictionary<ProcessEntry, ProcessSymbols> _held = [];
    private long _window;

    /// <summary>Memory of all perf maps, bytes.</summary>
    public long ByteSize { get; private set; }

    /// <summary>Looks for a runtime and asks for its perf map, or opens the one another runtime writes; worker only.</summary>
    public void Detect(ProcessSymbols symbols)
    {
        ProcessEntry process = symbols.Process;
        if (symbols.Dotnet is not (DotnetState.Unknown or DotnetState.NotDotnet) || process.Exited)
        {
            return;
        }

        ProcessMapping[] mappings = process.Maps.ToArray();
        bool found = mappings.Any(static m => m.File.Kind == MappedFileKind.File && m.File.Name == DotnetRuntime.LibraryName);
        if (!found && symbols.MappingsSeen < 0)
        {
            using TargetFile? program = files.OpenExecutable(process, out _);
            found = program is not null && DotnetRuntime.IsLinkedInto(program.Bytes);
        }

        symbols.MappingsSeen = mappings.Length;
        symbols.Dotnet = found ? DotnetState.Found : DotnetState.NotDotnet;
        if (found)
        {
            Ask(symbols);
        }
        else if (mappings.Any(static m => m.File.Kind == MappedFileKind.Jit))
        {
            ReadMap(symbols, symbols.PerfMap);
        }
    }

    /// <summary>A window begins: finds runtimes that came up, waits a little for their maps, reads what maps have grown by.</summary>
    public void BeginWindow(
        IReadOnlyList<ProcessEntry> processes, Func<ProcessEntry, ProcessSymbols> symbolsOf, CancellationToken cancellation)
    {
        _window++;
        foreach (ProcessEntry process in processes)
        {
            ProcessSymbols symbols = symbolsOf(process);
            symbols.LastWindow = _window;
            if (symbols.Dotnet is DotnetState.Unknown or DotnetState.NotDotnet && symbols.MappingsSeen != process.Maps.Count
                && !IsSlow(symbols))
            {
                Run(symbols, () => Detect(symbols));
            }
        }

        Wait(processes, symbolsOf, cancellation);
        foreach (ProcessEntry process in processes)
        {
            if (cancellation.IsCancellationRequested)
            {
                return;
            }

            Refresh(symbolsOf(process));
        }

        Shrink();
    }

    /// <summary>True while nothing of the process is read that may hang.</summary>
    public bool IsSlow(ProcessSymbols symbols) => symbols.SlowUntil > _window;

    /// <summary>Reading a process took too long: leaves it alone for some windows, and its perf map to the read that still runs.</summary>
    public void MarkSlow(ProcessSymbols symbols)
    {
        symbols.SlowUntil = _window + SlowWindows;
        symbols.DropPerfMap();
        SymbolMeter.WorkRefused("process-slow");
    }

    /// <summary>Names a generated-code address. Symbolising thread only.</summary>
    public bool Resolve(ProcessSymbols symbols, ulong address, LocationBuilder location)
    {
        if (symbols.IsDotnet)
        {
            location.SetFrameType("dotnet"u8);
        }

        if (!symbols.HasPerfMap || IsSlow(symbols))
        {
            symbols.Unnamed++;
            return false;
        }

        PerfMapFile map = symbols.PerfMap;
        byte[] name = map.IsLocal || map.IsKnown(address) ? map.Find(address) : FindSlowly(symbols, address);
        if (name.Length == 0)
        {
            symbols.Unnamed++;
            return false;
        }

        Write(name, location);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _runtimes.Dispose();
        _dotnet.DisableAll(DisableDeadline);
        foreach (ProcessSymbols symbols in _held.Values)
        {
            symbols.DropPerfMap();
        }

        _held.Clear();
    }

    private byte[] FindSlowly(ProcessSymbols symbols, ulong address)
    {
        byte[] name = [];
        PerfMapFile map = symbols.PerfMap;
        return Run(symbols, () => name = map.Find(address)) ? name : [];
    }

    private static void Write(byte[] name, LocationBuilder location)
    {
        Span<byte> buffer = stackalloc byte[ClrMethodName.BufferBytes];
        if (ClrMethodName.TryParse(
            name, buffer, out ReadOnlySpan<byte> readable, out ReadOnlySpan<byte> system, out ReadOnlySpan<byte> module))
        {
            location.SetFrameType("dotnet"u8);
            location.UseModule(module);
            location.AddLine(readable, system, module);
            return;
        }

        location.AddLine(name);
    }

    private void Ask(ProcessSymbols symbols)
    {
        if (!limits.DotnetPerfMaps)
        {
            return;
        }

        symbols.Dotnet = DotnetState.Enabling;
        bool posted = _runtimes.TryPost(() =>
        {
            ProcessStatus? status = ProcessStatus.Read(procRoot, symbols.Process);
            string result = status is null ? "process-gone" : _dotnet.Enable(symbols.Process, status);
            symbols.Dotnet = result is "enabled" or "already-enabled" ? DotnetState.Enabled : DotnetState.Refused;
            if (symbols.Dotnet == DotnetState.Enabled)
            {
                // Held open from now on: the process may end before its window does.
                worker.TryPost(() => ReadMap(symbols, symbols.PerfMap));
            }
        });
        if (!posted)
        {
            symbols.Dotnet = DotnetState.Found;
            SymbolMeter.WorkRefused("runtime-queue");
        }
    }

    // Code without a name, though the map is on: somebody else switched it off, or removed the file. Or the runtime did not answer
    // while it started. Asked again ever more rarely, since some generated code (stubs) never has a name.
    private void AskAgain(ProcessSymbols symbols)
    {
        if (symbols.AskAgainAt > _window)
        {
            return;
        }

        symbols.AskAgainAt = _window + symbols.AskedApart;
        symbols.AskedApart = Math.Min(symbols.AskedApart * 2, AskedApartMax);
        Ask(symbols);
    }

    // A map that is being switched on lists what is compiled already: worth a short wait, once per process.
    private void Wait(
        IReadOnlyList<ProcessEntry> processes, Func<ProcessEntry, ProcessSymbols> symbolsOf, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        foreach (ProcessEntry process in processes)
        {
            ProcessSymbols symbols = symbolsOf(process);
            if (symbols.Dotnet == DotnetState.Found)
            {
                Ask(symbols);
            }
            else if (symbols.Dotnet is DotnetState.Enabled or DotnetState.Refused && symbols.Unnamed > 0)
            {
                AskAgain(symbols);
            }

            symbols.Unnamed = 0;

            if (symbols.Dotnet != DotnetState.Enabling || cancellation.IsCancellationRequested
                || Stopwatch.GetElapsedTime(began).TotalMilliseconds > limits.RuntimeWaitMs)
            {
                continue;
            }

            if (!_runtimes.WaitForPosted(TimeSpan.FromMilliseconds(limits.RuntimeWaitMs)))
            {
                SymbolMeter.WorkRefused("runtime-wait");
                return;
            }
        }
    }

    private void Refresh(ProcessSymbols symbols)
    {
        ProcessEntry process = symbols.Process;
        bool mayHaveMap = symbols.HasPerfMap || symbols.IsDotnet
            || process.Maps.ToArray().Any(static m => m.File.Kind == MappedFileKind.Jit);
        if (IsSlow(symbols) || process.IsKernel || !mayHaveMap)
        {
            return;
        }

        PerfMapFile map = symbols.PerfMap;
        Run(symbols, () => ReadMap(symbols, map));
        _held[process] = symbols;
    }

    // Worker only.
    private void ReadMap(ProcessSymbols symbols, PerfMapFile map)
    {
        if (symbols.NamespacePid == 0 && ProcessStatus.Read(procRoot, symbols.Process) is { } status)
        {
            symbols.NamespacePid = status.NamespacePid;
            symbols.Uid = status.Uid;
        }

        if (symbols.NamespacePid != 0)
        {
            map.Refresh(files, symbols.Process, symbols.NamespacePid, symbols.Uid);
        }
    }

    private bool Run(ProcessSymbols symbols, Action action)
    {
        if (worker.TryRun(action))
        {
            return true;
        }

        MarkSlow(symbols);
        return false;
    }

    private void Shrink()
    {
        ByteSize = 0;
        foreach ((ProcessEntry process, ProcessSymbols symbols) in _held)
        {
            // An exited process has its last samples in this window or the next.
            if (process.Exited && symbols.LastWindow < _window - 1)
            {
                symbols.DropPerfMap();
                _held.Remove(process);
            }

            ByteSize += symbols.ByteSize;
        }

        while (_held.Count > 0 && (_held.Count > limits.PerfMapsMax || ByteSize > limits.BytesMax / 2))
        {
            ProcessSymbols oldest = _held.Values.MinBy(static s => s.LastWindow)!;
            if (oldest.LastWindow == _window && _held.Count <= limits.PerfMapsMax)
            {
                break;
            }

            ByteSize -= oldest.ByteSize;
            oldest.DropPerfMap();
            _held.Remove(oldest.Process);
            SymbolMeter.Evicted();
        }
    }
}
