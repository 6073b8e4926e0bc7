using System.Runtime.InteropServices;
using Hearth.Collector.Metering;

namespace Hearth.Collector.Processes;

/// <summary>
/// Every process that was seen, kept up to date by the kernel's records in the order of their times. Used by the reading
/// thread alone. Bounded: a full table forgets an eighth, those not seen for longest; a forgotten process is read from procfs
/// when it shows up again.
/// <para>
/// A read of procfs tells the state of now, while records may still come that are older: a record with a time before the read
/// of that process is ignored.
/// </para>
/// </summary>
internal sealed class ProcessTable
{
    /// <summary>How long an exited process is still found, for records that other CPUs wrote late.</summary>
    public const ulong ExitGraceNanos = 2_000_000_000;

    /// <summary>The shortest time between two reads of the same process's maps.</summary>
    public const ulong MapsReadIntervalNanos = 1_000_000_000;

    private const int KernelThreadParent = 2;
    private readonly Dictionary<int, ProcessEntry> _byPid = [];
    private readonly Queue<(int Pid, ProcessEntry Entry)> _exited = new();
    private readonly ProcReader _reader;
    private readonly Func<ulong> _now;
    private readonly int _processesMax;

    /// <summary>Starts empty.</summary>
    /// <param name="reader">Reads procfs.</param>
    /// <param name="processesMax">Processes remembered.</param>
    /// <param name="now">CLOCK_MONOTONIC nanoseconds.</param>
    public ProcessTable(ProcReader reader, int processesMax, Func<ulong> now)
    {
        _reader = reader;
        _processesMax = processesMax;
        _now = now;
    }

    /// <summary>Stands for all kernel threads.</summary>
    public ProcessEntry Kernel { get; } = new(0, "kernel", new MappingTable(), isKernel: true);

    /// <summary>Processes held, exited ones in their grace included.</summary>
    public int Count => _byPid.Count;

    /// <summary>Called when a sampled process is no more what it was: it exited or executed another program.</summary>
    public Action<ProcessEntry>? Ended { get; set; }

    /// <summary>Reads every process there is now. Events must be on already, so that nothing falls between.</summary>
    public void ReadAll()
    {
        foreach (int pid in _reader.ListProcesses())
        {
            if (_byPid.Count >= _processesMax)
            {
                return;
            }

            if (!_byPid.ContainsKey(pid))
            {
                ReadNew(pid);
            }
        }
    }

    /// <summary>The process of a sample; read from procfs when it is not known.</summary>
    public ProcessEntry Get(int pid, ulong timeNanos)
    {
        ProcessEntry entry = _byPid.TryGetValue(pid, out ProcessEntry? known) ? known : ReadNew(pid);
        entry.LastSeenNanos = Math.Max(entry.LastSeenNanos, timeNanos);
        return entry;
    }

    /// <summary>The process if it is known.</summary>
    public bool TryGet(int pid, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ProcessEntry? entry) =>
        _byPid.TryGetValue(pid, out entry);

    /// <summary>A process began as a copy of another.</summary>
    public void Fork(int pid, int parentPid, ulong timeNanos)
    {
        if (pid == parentPid || IsOutdated(pid, timeNanos))
        {
            return;
        }

        if (parentPid == KernelThreadParent || (_byPid.TryGetValue(parentPid, out ProcessEntry? parent) && parent.IsKernel))
        {
            Put(pid, Kernel, timeNanos);
            return;
        }

        if (parent is null)
        {
            // Its parent is not known, so neither are its maps: procfs tells both, if it is still there.
            _byPid.Remove(pid);
            ReadNew(pid).LastSeenNanos = timeNanos;
            return;
        }

        Put(pid, new ProcessEntry(pid, parent.Comm, parent.Maps.Fork()) { ForkedFrom = parent }, timeNanos);
    }

    /// <summary>A process executed another program.</summary>
    public void Exec(int pid, ReadOnlySpan<byte> comm, ulong timeNanos)
    {
        if (!IsOutdated(pid, timeNanos))
        {
            Put(pid, new ProcessEntry(pid, MappedFileTable.CleanText(comm, 64), new MappingTable()), timeNanos);
        }
    }

    /// <summary>The main thread got another name.</summary>
    public void Rename(int pid, ReadOnlySpan<byte> comm, ulong timeNanos)
    {
        if (!IsOutdated(pid, timeNanos) && _byPid.TryGetValue(pid, out ProcessEntry? entry) && !entry.IsKernel)
        {
            entry.Comm = MappedFileTable.CleanText(comm, 64);
        }
    }

    /// <summary>A process mapped executable memory.</summary>
    public void Map(int pid, in ProcessMapping mapping, ulong timeNanos)
    {
        if (_byPid.TryGetValue(pid, out ProcessEntry? entry) && !entry.IsKernel && timeNanos >= entry.MapsReadAtNanos)
        {
            entry.Maps.Insert(mapping);
            entry.LastSeenNanos = timeNanos;
        }
    }

    /// <summary>The main thread of a process ended.</summary>
    public void Exit(int pid, ulong timeNanos)
    {
        if (IsOutdated(pid, timeNanos) || !_byPid.TryGetValue(pid, out ProcessEntry? entry))
        {
            return;
        }

        if (entry.IsKernel)
        {
            _byPid.Remove(pid);
            return;
        }

        End(entry, timeNanos);
        _exited.Enqueue((pid, entry));
    }

    /// <summary>
    /// Reads a process's maps again because an address lies outside of what is known (records were lost, or the process began
    /// before we looked). At most once a second and process, and never for one that exited.
    /// </summary>
    public bool TryRefreshMaps(ProcessEntry entry)
    {
        ulong now = _now();
        if (entry.Exited || entry.IsKernel || (entry.MapsReadAtNanos != 0 && now - entry.MapsReadAtNanos < MapsReadIntervalNanos))
        {
            return false;
        }

        entry.MapsReadAtNanos = now;
        return _reader.TryReadMaps(entry.Pid, entry.Maps);
    }

    /// <summary>Notes the start time of a process at its first sample; it tells pids that are used again apart.</summary>
    public void ReadStart(ProcessEntry entry)
    {
        if (!entry.Exited && !entry.IsKernel && entry.StartTicks == 0 && _reader.TryReadStat(entry.Pid, out ProcStat stat))
        {
            entry.StartTicks = stat.StartTicks;
        }
    }

    /// <summary>Forgets exited processes whose grace is over, and the oldest ones when the table is full.</summary>
    public void Sweep(ulong nowNanos)
    {
        while (_exited.TryPeek(out (int Pid, ProcessEntry Entry) head) && head.Entry.ExitedAtNanos + ExitGraceNanos <= nowNanos)
        {
            _exited.Dequeue();
            head.Entry.ForkedFrom = null;
            if (_byPid.TryGetValue(head.Pid, out ProcessEntry? current) && ReferenceEquals(current, head.Entry))
            {
                _byPid.Remove(head.Pid);
            }
        }

        if (_byPid.Count > _processesMax)
        {
            Forget(_byPid.Count - _processesMax + (_processesMax / 8));
        }
    }

    private void Forget(int count)
    {
        (ulong Seen, int Pid)[] order = [.. _byPid.Select(pair => (pair.Value.LastSeenNanos, pair.Key))];
        Array.Sort(order);
        foreach ((ulong _, int pid) in order.AsSpan(0, Math.Min(count, order.Length)))
        {
            _byPid.Remove(pid, out ProcessEntry? forgotten);
            forgotten?.ForkedFrom = null;
        }

        CollectorMeter.Processes("forgotten", count);
    }

    private bool IsOutdated(int pid, ulong timeNanos) =>
        _byPid.TryGetValue(pid, out ProcessEntry? entry) && !entry.IsKernel && timeNanos < entry.MapsReadAtNanos;

    private void Put(int pid, ProcessEntry entry, ulong timeNanos)
    {
        ref ProcessEntry? place = ref CollectionsMarshal.GetValueRefOrAddDefault(_byPid, pid, out _);
        ProcessEntry? old = place;
        place = entry;
        entry.LastSeenNanos = Math.Max(entry.LastSeenNanos, timeNanos);
        if (old is { IsKernel: false, Exited: false })
        {
            End(old, timeNanos);
            old.ForkedFrom = null;
        }
    }

    private void End(ProcessEntry entry, ulong timeNanos)
    {
        entry.MarkExited(timeNanos);
        if (entry.Sampled)
        {
            Ended?.Invoke(entry);
        }
    }

    private ProcessEntry ReadNew(int pid)
    {
        ulong readAt = _now();
        if (!_reader.TryReadStat(pid, out ProcStat stat))
        {
            // Gone before we looked: what it did still counts, under the little we know.
            ProcessEntry gone = new(pid, string.Empty, new MappingTable());
            gone.MarkExited(readAt);
            _byPid[pid] = gone;
            _exited.Enqueue((pid, gone));
            return gone;
        }

        if (stat.IsKernelThread)
        {
            _byPid[pid] = Kernel;
            return Kernel;
        }

        ProcessEntry entry = new(pid, stat.Comm, new MappingTable()) { StartTicks = stat.StartTicks, MapsReadAtNanos = readAt };
        _reader.TryReadMaps(pid, entry.Maps);
        entry.LastSeenNanos = readAt;
        _byPid[pid] = entry;
        return entry;
    }
}
