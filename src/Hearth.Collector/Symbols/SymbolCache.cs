using Hearth.Collector.Metering;
using Hearth.Collector.Processes;
using Hearth.Collector.Processes.Targets;

namespace Hearth.Collector.Symbols;

/// <summary>
/// The files behind mappings, shared by every process that maps the same bytes and bounded in memory and handles: what was not
/// used for longest leaves first. A file that is used in the current window never leaves before its end; then new tables are refused.
/// </summary>
internal sealed class SymbolCache(TargetFiles files, DeadlineWorker worker, SymbolLimits limits) : IDisposable
{
    private const int RetryWindows = 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<MappedFile, Slot> _slots = [];
    private readonly Dictionary<FileIdentity, SymbolFile> _files = [];
    private long _window;

    /// <summary>Files held.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _files.Count;
            }
        }
    }

    /// <summary>Memory held by tables and names, bytes.</summary>
    public long ByteSize
    {
        get
        {
            lock (_gate)
            {
                return SumBytes();
            }
        }
    }

    /// <summary>A window begins: lets go of what is over the bounds.</summary>
    /// <param name="otherBytes">Memory that other symbol tables hold, bytes.</param>
    public void BeginWindow(long otherBytes)
    {
        lock (_gate)
        {
            _window++;
            if (_slots.Count > limits.MappedFilesMax)
            {
                foreach ((MappedFile key, Slot slot) in _slots)
                {
                    if (slot.LastWindow < _window - 2)
                    {
                        _slots.Remove(key);
                    }
                }
            }

            Shrink(limits.BytesMax - otherBytes);
        }
    }

    /// <summary>Opens what a process has mapped while it is there; worker only.</summary>
    public void Prepare(ProcessEntry process, in ProcessMapping mapping)
    {
        if (mapping.File.Kind != MappedFileKind.File)
        {
            return;
        }

        lock (_gate)
        {
            if (!NeedsOpening(SlotOf(mapping.File)))
            {
                return;
            }
        }

        Open(process, mapping);
    }

    /// <summary>
    /// The file behind a mapping with its function table loaded, or null; opens and loads it with a deadline when needed.
    /// Symbolising thread only.
    /// </summary>
    public SymbolFile? Get(ProcessEntry process, in ProcessMapping mapping)
    {
        Slot slot;
        bool open;
        lock (_gate)
        {
            slot = SlotOf(mapping.File);
            slot.LastWindow = _window;
            open = NeedsOpening(slot);
        }

        if (open && !TryOpen(process, mapping))
        {
            Refuse(slot, "file-deadline");
            return null;
        }

        SymbolFile? file = slot.File;
        if (file is null)
        {
            return null;
        }

        file.LastWindow = _window;
        if (file.IsLoaded || slot.RetryAt > _window)
        {
            return file;
        }

        Load(process, mapping, slot, file);
        return file;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (SymbolFile file in _files.Values)
            {
                file.Dispose();
            }

            _files.Clear();
            _slots.Clear();
        }
    }

    // In methods of their own: what a lambda captures is allocated when its method is entered, and most look-ups need neither.
    private bool TryOpen(ProcessEntry process, ProcessMapping mapping) => worker.TryRun(() => Open(process, mapping));

    private void Load(ProcessEntry process, ProcessMapping mapping, Slot slot, SymbolFile file)
    {
        bool hasRoom;
        lock (_gate)
        {
            hasRoom = SumBytes() < limits.BytesMax;
        }

        if (!hasRoom)
        {
            Refuse(slot, "symbols-memory");
        }
        else if (!worker.TryRun(() => file.Load(files, process, mapping.File.Path)))
        {
            Refuse(slot, "symbols-deadline");
        }
    }

    private void Open(ProcessEntry process, in ProcessMapping mapping)
    {
        TargetFile? opened = files.OpenMapped(process, mapping, out string reason);
        SymbolFile? file = null;
        if (opened is not null)
        {
            lock (_gate)
            {
                _files.TryGetValue(opened.Status.Identity, out file);
            }

            if (file is null)
            {
                file = new SymbolFile(opened);
                if (file.Failure is { } failure && !file.IsManaged)
                {
                    SymbolMeter.FileRefused(failure);
                }
            }
            else
            {
                opened.Dispose();
            }
        }

        lock (_gate)
        {
            Slot slot = SlotOf(mapping.File);
            if (file is null)
            {
                // A process that is gone says nothing about the file: the next one that maps it may open it.
                slot.RetryAt = reason == "process-gone" ? _window + 1 : _window + RetryWindows;
                SymbolMeter.FileRefused(reason);
                return;
            }

            file.LastWindow = _window;
            _files[file.Identity] = file;
            slot.File = file;
            Shrink(long.MaxValue);
        }
    }

    private void Refuse(Slot slot, string reason)
    {
        SymbolMeter.FileRefused(reason);
        lock (_gate)
        {
            slot.RetryAt = _window + RetryWindows;
        }
    }

    private Slot SlotOf(MappedFile file)
    {
        if (!_slots.TryGetValue(file, out Slot? slot))
        {
            slot = new Slot { LastWindow = _window };
            _slots.Add(file, slot);
        }

        return slot;
    }

    private bool NeedsOpening(Slot slot) => slot.File is null or { IsDisposed: true } && slot.RetryAt <= _window;

    private long SumBytes()
    {
        long sum = 0;
        foreach (SymbolFile file in _files.Values)
        {
            sum += file.ByteSize;
        }

        return sum;
    }

    private void Shrink(long bytesMax)
    {
        long bytes = SumBytes();
        while (_files.Count > 0 && (bytes > bytesMax || _files.Count > limits.OpenFilesMax))
        {
            SymbolFile oldest = _files.Values.MinBy(static f => f.LastWindow)!;
            if (oldest.LastWindow >= _window && _files.Count <= limits.OpenFilesMax)
            {
                break;
            }

            bytes -= oldest.ByteSize;
            _files.Remove(oldest.Identity);
            oldest.Dispose();
            SymbolMeter.Evicted();
        }
    }

    private sealed class Slot
    {
        public SymbolFile? File;
        public long RetryAt;
        public long LastWindow;
    }
}
