using Hearth.Collector.Metering;
using Hearth.Collector.Perf;
using Hearth.Collector.Processes;
using Hearth.Collector.Unwind;

namespace Hearth.Collector.Sampling;

/// <summary>
/// Applies the kernel's records, in the order of their times, to the process table and counts samples into the window that is
/// open. Used by the reading thread alone.
/// </summary>
internal sealed class SampleIntake
{
    private readonly ProcessTable _processes;
    private readonly MappedFileTable _files;
    private readonly Naming _naming;
    private readonly WindowClock _clock;
    private readonly WindowPool _pool;
    private readonly ulong[] _addresses;
    private readonly int[] _frames;
    private readonly int _kernelFramesMax;
    private TimeSpan _cpuAtStart = Environment.CpuUsage.TotalTime;
    private SampleWindow _window;

    /// <summary>Opens the first window.</summary>
    /// <param name="processes">Process table.</param>
    /// <param name="files">Mapped files.</param>
    /// <param name="naming">Told about processes that were sampled.</param>
    /// <param name="clock">Cuts time.</param>
    /// <param name="pool">Windows.</param>
    /// <param name="framesMax">Frames kept per stack.</param>
    /// <param name="kernelFramesMax">Frames the kernel delivers at most: a chain of that length is taken as cut.</param>
    public SampleIntake(
        ProcessTable processes,
        MappedFileTable files,
        Naming naming,
        WindowClock clock,
        WindowPool pool,
        int framesMax,
        int kernelFramesMax)
    {
        _processes = processes;
        _files = files;
        _naming = naming;
        _clock = clock;
        _pool = pool;
        _addresses = new ulong[framesMax];
        _frames = new int[framesMax + 2];
        _kernelFramesMax = kernelFramesMax;
        _window = pool.TryRent() ?? throw new InvalidOperationException("The pool has no window to begin with.");
        _window.Reset(clock.First());
    }

    /// <summary>The window that is open.</summary>
    public SampleWindow Window => _window;

    /// <summary>Told of processes that begin and end, so that per-process events can follow; null when events are system-wide.</summary>
    public PerfEvents? Events { get; set; }

    /// <summary>Applies one record.</summary>
    public void Apply(ulong timeNanos, in PerfRecord record)
    {
        CloseUntil(timeNanos);
        switch (record.Type)
        {
            case PerfRecordType.Sample:
                Sample(timeNanos, record);
                break;
            case PerfRecordType.Mmap2:
                Map(timeNanos, record);
                break;
            case PerfRecordType.Comm when record.IsExec:
                _processes.Exec(record.Pid, record.Comm, timeNanos);
                break;
            case PerfRecordType.Comm when record.Pid == record.Tid:
                _processes.Rename(record.Pid, record.Comm, timeNanos);
                break;
            case PerfRecordType.Fork when record.Pid != record.ParentPid:
                _processes.Fork(record.Pid, record.ParentPid, timeNanos);
                Events?.ProcessStarted(record.Pid);
                break;
            case PerfRecordType.Exit when record.Pid == record.TaskTid:
                _processes.Exit(record.Pid, timeNanos);
                Events?.ProcessExited(record.Pid);
                break;
            case PerfRecordType.Lost or PerfRecordType.LostSamples:
                _window.Quality.Lost += (long)record.LostCount;
                CollectorMeter.SamplesDropped("lost", (long)record.LostCount);
                break;
            case PerfRecordType.Throttle:
                _window.Quality.Throttled++;
                CollectorMeter.Records("throttle", 1);
                break;
            case PerfRecordType.Ksymbol:
                _naming.Symbolizer.KernelSymbolsChanged();
                break;
            default:
                break;
        }
    }

    /// <summary>Everything up to this time was applied: closes the windows that end before it.</summary>
    public void CloseUntil(ulong watermarkNanos)
    {
        while (watermarkNanos >= _window.Span.EndNanos)
        {
            Close(_window.Span, _clock.After(_window.Span));
        }
    }

    /// <summary>Closes the open window as it is.</summary>
    public void CloseLast()
    {
        WindowSpan span = _clock.EndNow(_window.Span);
        Close(span, span);
        _pool.Complete();
    }

    /// <summary>The process of a sample; the first one makes it known to those who name things.</summary>
    public ProcessEntry Attribute(int pid, ulong timeNanos)
    {
        ProcessEntry process = _processes.Get(pid, timeNanos);
        if (!process.Sampled)
        {
            process.Sampled = true;
            _processes.ReadStart(process);
            _naming.Identifier.Observe(process);
            _naming.Symbolizer.Observe(process);
        }

        return process;
    }

    private void Close(in WindowSpan span, in WindowSpan next)
    {
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        _window.Quality.CollectorCpuNanos = (cpu - _cpuAtStart).Ticks * 100;
        _cpuAtStart = cpu;
        _window.Span = span;
        CollectorMeter.Samples(_window.Samples);
        if (_window.Samples == 0)
        {
            CollectorMeter.Window("empty");
        }
        else if (_pool.TryRent() is { } free)
        {
            _pool.Close(_window);
            _window = free;
        }
        else
        {
            CollectorMeter.Window("dropped");
            CollectorMeter.SamplesDropped("window-dropped", _window.Samples);
        }

        _window.Reset(next);
    }

    private void Map(ulong timeNanos, in PerfRecord record)
    {
        const uint protectExecute = 4;
        ulong limit = unchecked(record.MapStart + record.MapLength);
        if ((record.MapProtection & protectExecute) == 0 || limit <= record.MapStart)
        {
            return;
        }

        MappedFile file = _files.Get(record.MapPath, record.MapDevice, record.MapInode, record.MapGeneration);
        _processes.Map(record.Pid, new ProcessMapping(record.MapStart, limit, record.MapOffset, file), timeNanos);
    }

    private void Sample(ulong timeNanos, in PerfRecord record)
    {
        if (record.SamplePid <= 0)
        {
            CollectorMeter.SamplesDropped(record.SamplePid == 0 ? "idle" : "exiting", 1);
            return;
        }

        // 1. Whose is it.
        ProcessEntry process = Attribute(record.SamplePid, timeNanos);
        int row = _window.RowOf(process);

        // 2. Split the chain.
        Callchain.Split split = Callchain.Cut(record.Callchain, record.SampleIp, _addresses);
        bool truncated = split.All > split.Kernel + split.User || split.All >= _kernelFramesMax;
        ReadOnlySpan<ulong> addresses = _addresses.AsSpan(0, split.Kernel + split.User);

        // 3. Count it; a stack not seen in this window is resolved first.
        int stack = _window.Stacks.Find(row, process.Maps.Generation, addresses, split.Kernel, out ulong hash);
        if (stack < 0 && !_window.Stacks.IsFull)
        {
            int frames = Resolve(process, addresses, split.Kernel, truncated);

            // Resolving may have read the maps again and so changed the generation: a stack is entered under the one it is found by.
            stack = _window.Stacks.Find(row, process.Maps.Generation, addresses, split.Kernel, out hash);
            if (stack < 0)
            {
                stack = _window.Stacks.Add(row, process.Maps.Generation, addresses, split.Kernel, _frames.AsSpan(0, frames), hash);
            }
        }

        if (stack < 0)
        {
            CollectorMeter.Stacks("other", 1);
        }

        _window.Count(row, stack, 1, truncated);
    }

    private int Resolve(ProcessEntry process, ReadOnlySpan<ulong> addresses, int kernelCount, bool truncated)
    {
        FrameTable table = _window.Frames;
        int count = 0;
        for (int i = 0; i < kernelCount; i++)
        {
            _frames[count++] = table.GetKernel(addresses[i]);
        }

        for (int i = kernelCount; i < addresses.Length; i++)
        {
            bool leaf = i == kernelCount;
            if (process.Maps.TryFind(addresses[i], out ProcessMapping mapping)
                || (leaf && _processes.TryRefreshMaps(process) && process.Maps.TryFind(addresses[i], out mapping)))
            {
                _frames[count++] = table.GetUser(process, mapping, addresses[i]);
                continue;
            }

            if (leaf)
            {
                _frames[count++] = table.GetMarker(FrameTable.Unmapped);
                CollectorMeter.Stacks("unmapped", 1);
                if (process.Maps.Count > 0)
                {
                    continue;
                }
            }
            else if (count == 0 || table[_frames[count - 1]].Marker is null)
            {
                // A caller outside of all code: the frame pointer was used for something else, nothing past it can be believed.
                _frames[count++] = table.GetMarker(FrameTable.Broken);
                CollectorMeter.Stacks("broken", 1);
            }

            return count;
        }

        if (truncated)
        {
            _frames[count++] = table.GetMarker(FrameTable.Truncated);
            CollectorMeter.Stacks("truncated", 1);
        }

        if (count == 0)
        {
            _frames[count++] = table.GetMarker(FrameTable.Unmapped);
        }

        return count;
    }
}
