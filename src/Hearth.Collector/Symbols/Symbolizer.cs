using Hearth.Collector.Metering;
using Hearth.Collector.Processes;
using Hearth.Collector.Processes.Targets;
using Hearth.Collector.Unwind;
using Hearth.Native.Elf;
using Microsoft.Extensions.Logging;

namespace Hearth.Collector.Symbols;

/// <summary>
/// Names addresses on the machine where they were sampled: ELF function tables, kernel symbols, the vdso, and perf maps of
/// runtimes. What has no name here keeps build id and file offset, to be named where the symbols are.
/// </summary>
internal sealed class Symbolizer : ISymbolizer, IDisposable
{
    private readonly Lock _states = new();
    private readonly DeadlineWorker _worker;
    private readonly SymbolCache _cache;
    private readonly JitSymbols _jit;
    private readonly KernelSymbols _kernel;
    private readonly VdsoSymbols _vdso = new();
    private readonly SymbolLimits _limits;

    /// <summary>Reads processes below <paramref name="procRoot"/>, usually <c>/proc</c>.</summary>
    public Symbolizer(string procRoot, SymbolLimits limits, TimeProvider time, ILoggerFactory loggers)
    {
        var files = new TargetFiles(procRoot);
        _limits = limits;
        _worker = new DeadlineWorker("hearth-symbols", TimeSpan.FromMilliseconds(limits.FileDeadlineMs));
        _cache = new SymbolCache(files, _worker, limits);
        _jit = new JitSymbols(files, _worker, limits, procRoot);
        _kernel = new KernelSymbols(procRoot, limits, time, loggers.CreateLogger<Symbolizer>());
    }

    /// <summary>Memory of all symbol tables, bytes.</summary>
    public long ByteSize => _cache.ByteSize + _jit.ByteSize + _kernel.ByteSize;

    /// <summary>Files of other processes that are held.</summary>
    public int FileCount => _cache.Count;

    /// <inheritdoc/>
    public void Observe(ProcessEntry process)
    {
        if (process.IsKernel)
        {
            return;
        }

        ProcessSymbols symbols = SymbolsOf(process);
        bool posted = _worker.TryPost(() =>
        {
            _jit.Detect(symbols);
            foreach (ProcessMapping mapping in process.Maps.ToArray())
            {
                _cache.Prepare(process, mapping);
            }
        });
        if (!posted)
        {
            SymbolMeter.WorkRefused("observe-queue");
        }
    }

    /// <inheritdoc/>
    public void Exited(ProcessEntry process)
    {
        // Nothing to do: files and perf map are held open and serve until the window that has the last samples is closed.
    }

    /// <inheritdoc/>
    public void BeginWindow(IReadOnlyList<ProcessEntry> processes, CancellationToken cancellation)
    {
        _kernel.BeginWindow();
        _cache.BeginWindow(_kernel.ByteSize + _jit.ByteSize);
        _jit.BeginWindow(processes, SymbolsOf, cancellation);
    }

    /// <inheritdoc/>
    public bool ResolveUser(ProcessEntry process, in ProcessMapping mapping, ulong address, LocationBuilder location)
    {
        bool named = mapping.File.Kind switch
        {
            MappedFileKind.File => ResolveFile(process, mapping, address, location),
            MappedFileKind.Jit => _jit.Resolve(SymbolsOf(process), address, location),
            MappedFileKind.Vdso => ResolveVdso(mapping.OffsetOf(address), location),
            _ => ResolveVsyscall(location),
        };
        if (!named)
        {
            SymbolMeter.Unnamed(mapping.File.Kind == MappedFileKind.Jit ? "jit" : "native");
        }

        return named;
    }

    /// <inheritdoc/>
    public bool ResolveKernel(ulong address, LocationBuilder location)
    {
        location.SetFrameType("kernel"u8);
        if (!_kernel.TryFind(address, out ReadOnlySpan<byte> name, out string module))
        {
            SymbolMeter.Unnamed("kernel");
            return false;
        }

        if (module.Length > 0)
        {
            Span<byte> text = stackalloc byte[256];
            location.UseModule(text[..ModuleName(module, text)]);
        }
        else
        {
            location.SetBuildId(_kernel.BuildId);
        }

        location.AddLine(name);
        return true;
    }

    /// <inheritdoc/>
    public void KernelSymbolsChanged() => _kernel.Changed();

    /// <summary>Switches off what was switched on in other processes (bounded in time) and lets go of every file.</summary>
    public void Dispose()
    {
        _jit.Dispose();
        _worker.Dispose();
        _cache.Dispose();
    }

    // "[nf_tables]", as perf and kallsyms write it.
    private static int ModuleName(string module, Span<byte> into)
    {
        into[0] = (byte)'[';
        if (!System.Text.Encoding.UTF8.TryGetBytes(module, into[1..^1], out int length))
        {
            length = 0;
        }

        into[length + 1] = (byte)']';
        return length + 2;
    }

    private static bool ResolveVsyscall(LocationBuilder location)
    {
        location.SetFrameType("native"u8);
        location.AddLine("[vsyscall]"u8);
        return true;
    }

    private bool ResolveVdso(ulong offset, LocationBuilder location)
    {
        location.SetFrameType("native"u8);
        Span<byte> name = stackalloc byte[256];
        int length = _vdso.Find(offset, name);
        if (length > 0)
        {
            location.AddLine(name[..length]);
        }

        return length > 0;
    }

    private bool ResolveFile(ProcessEntry process, in ProcessMapping mapping, ulong address, LocationBuilder location)
    {
        SymbolFile? file = _cache.Get(process, mapping);
        location.SetFrameType(file is { IsManaged: true } ? "dotnet"u8 : "native"u8);
        if (file is null)
        {
            return false;
        }

        location.SetBuildId(file.BuildId);
        if (!file.TryFind(mapping.OffsetOf(address), out ElfSymbol symbol))
        {
            return false;
        }

        if (!file.TryGetName(symbol, out byte[] name))
        {
            name = ReadName(SymbolsOf(process), file, symbol);
        }

        if (name.Length == 0)
        {
            return false;
        }

        location.AddLine(name);
        return true;
    }

    private byte[] ReadName(ProcessSymbols symbols, SymbolFile file, ElfSymbol symbol)
    {
        byte[] name = [];
        if (file.IsLocal)
        {
            name = file.ReadName(symbol);
        }
        else if (!_jit.IsSlow(symbols) && !_worker.TryRun(() => name = file.ReadName(symbol)))
        {
            _jit.MarkSlow(symbols);
            return [];
        }

        if (name.Length > 0)
        {
            file.Remember(symbol, name);
        }

        return name;
    }

    private ProcessSymbols SymbolsOf(ProcessEntry process)
    {
        if (process.SymbolState is ProcessSymbols known)
        {
            return known;
        }

        // The reading and the symbolising thread may both be the first to ask.
        lock (_states)
        {
            if (process.SymbolState is not ProcessSymbols symbols)
            {
                symbols = new ProcessSymbols(process, _limits.PerfMapLinesMax);
                process.SymbolState = symbols;
            }

            return symbols;
        }
    }
}
