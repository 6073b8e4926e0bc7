using System.Globalization;
using Hearth.Collector.Metering;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Collector.Perf;

/// <summary>
/// Events per thread of those processes that the kernel lets us see without privileges: the collector's own user's, user space
/// only. Children inherit their parent's events; processes that descend from none of them are found by looking at /proc.
/// Each thread needs one event per CPU (an inherited event can only have a ring when it is bound to a CPU), all of a CPU write
/// into the one ring that the unprivileged locked-memory limit allows.
/// <para>
/// A thread's timers start with a full period, so threads that use less than a period of CPU time on each CPU are never
/// seen: this mode is blind to the shortest processes, the system-wide one is not.
/// </para>
/// </summary>
internal sealed class OwnProcessEvents : PerfEvents
{
    /// <summary>Descriptors used for events; targets past it are left out and counted.</summary>
    public const int EventsMax = 4096;

    private readonly PerfRequest _request;
    private readonly string _procRoot;
    private readonly List<PerfRing> _rings = [];
    private readonly Dictionary<int, List<SafeFileHandle>> _attached = [];
    private readonly HashSet<int> _covered = [];
    private readonly HashSet<int> _refused = [];
    private List<int> _candidates = [];
    private ulong _candidatesAtNanos;
    private int _events;

    private OwnProcessEvents(in PerfRequest request, string procRoot)
    {
        _request = request;
        _procRoot = procRoot;
    }

    /// <inheritdoc/>
    public override PerfMode Mode => PerfMode.OwnProcesses;

    /// <inheritdoc/>
    public override IReadOnlyList<PerfRing> Rings => _rings;

    /// <summary>Processes that events were opened for; those that inherited theirs are not counted.</summary>
    public int TargetCount => _attached.Count;

    /// <summary>Opens events for this process, then for every other one allowed; null and the errno when not even this one is.</summary>
    public static OwnProcessEvents? TryOpen(in PerfRequest request, string procRoot, out int error)
    {
        OwnProcessEvents events = new(request with { UserOnly = true, Inherit = true, KernelSymbols = false }, procRoot);
        error = 0;
        foreach (int cpu in CpuList.ReadOnline())
        {
            if (events.Open(Environment.ProcessId, cpu, out error) is { } handle
                && PerfRing.TryMap(handle, cpu, request.RingPages, out error) is { } ring)
            {
                events._rings.Add(ring);
            }
        }

        if (events._rings.Count == 0)
        {
            return null;
        }

        foreach (PerfRing ring in events._rings)
        {
            PerfNative.Control(ring.Handle, PerfNative.IoctlEnable, 0, out _);
        }

        events._covered.Add(Environment.ProcessId);
        events.AttachThreads(Environment.ProcessId, skipLeader: true);
        foreach (int pid in events.FindCandidates())
        {
            events.Attach(pid);
        }

        return events;
    }

    /// <inheritdoc/>
    public override void ProcessStarted(int pid)
    {
        _covered.Add(pid);
        _refused.Remove(pid);
    }

    /// <inheritdoc/>
    public override void ProcessExited(int pid) => _covered.Remove(pid);

    /// <inheritdoc/>
    public override void Rescan(ulong nowNanos, ulong watermarkNanos)
    {
        CloseFinished();

        // A process found in /proc may be the child of one we watch whose fork record was not read yet. Only one that is still
        // unknown when every record up to the look at /proc was read needs events of its own.
        if (_candidates.Count > 0 && watermarkNanos > _candidatesAtNanos)
        {
            foreach (int pid in _candidates)
            {
                if (!_covered.Contains(pid))
                {
                    Attach(pid);
                }
            }

            _candidates.Clear();
        }

        if (_candidates.Count == 0)
        {
            _candidatesAtNanos = nowNanos;
            _candidates = FindCandidates();
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (SafeFileHandle handle in _attached.Values.SelectMany(handles => handles))
        {
            handle.Dispose();
        }

        _attached.Clear();
        foreach (PerfRing ring in _rings)
        {
            ring.Dispose();
        }

        _rings.Clear();
    }

    private List<int> FindCandidates()
    {
        List<int> found = [];
        HashSet<int> alive = [];
        foreach (int pid in Numbers(_procRoot))
        {
            alive.Add(pid);
            if (!_covered.Contains(pid) && !_refused.Contains(pid))
            {
                found.Add(pid);
            }
        }

        _refused.IntersectWith(alive);
        return found;
    }

    private void Attach(int pid)
    {
        if (AttachThreads(pid, skipLeader: false))
        {
            _covered.Add(pid);
        }
        else
        {
            _refused.Add(pid);
        }
    }

    private bool AttachThreads(int pid, bool skipLeader)
    {
        List<SafeFileHandle> handles = [];
        foreach (int tid in Numbers(Path.Combine(_procRoot, pid.ToString(CultureInfo.InvariantCulture), "task")))
        {
            if (skipLeader && tid == pid)
            {
                continue;
            }

            if (_events + _rings.Count > EventsMax)
            {
                CollectorMeter.Processes("targets-refused", 1);
                break;
            }

            foreach (PerfRing ring in _rings)
            {
                if (Open(tid, ring.Cpu, out _) is not { } handle)
                {
                    break;
                }

                PerfNative.Control(handle, PerfNative.IoctlSetOutput, ring.Descriptor, out _);
                PerfNative.Control(handle, PerfNative.IoctlEnable, 0, out _);
                handles.Add(handle);
                _events++;
            }
        }

        if (handles.Count > 0)
        {
            _attached[pid] = handles;
        }

        return handles.Count > 0;
    }

    private SafeFileHandle? Open(int tid, int cpu, out int error)
    {
        Span<byte> attributes = stackalloc byte[PerfAttributes.Size];
        PerfAttributes.Write(attributes, _request);
        return PerfNative.Open(attributes, tid, cpu, out error);
    }

    /// <summary>Closes events whose thread is gone and whose inherited copies are too: the kernel says so by POLLHUP.</summary>
    private void CloseFinished()
    {
        List<int> finished = [];
        Span<PerfNative.PollDescriptor> one = stackalloc PerfNative.PollDescriptor[1];
        foreach ((int pid, List<SafeFileHandle> handles) in _attached)
        {
            for (int i = handles.Count - 1; i >= 0; i--)
            {
                one[0] = new PerfNative.PollDescriptor { Fd = (int)handles[i].DangerousGetHandle() };
                if (PerfNative.Wait(one, 0) > 0 && (one[0].Returned & PerfNative.PollHangUp) != 0)
                {
                    handles[i].Dispose();
                    handles.RemoveAt(i);
                    _events--;
                }
            }

            if (handles.Count == 0)
            {
                finished.Add(pid);
            }
        }

        foreach (int pid in finished)
        {
            _attached.Remove(pid);
        }
    }

    private static List<int> Numbers(string directory)
    {
        List<int> numbers = [];
        try
        {
            foreach (string path in Directory.EnumerateDirectories(directory))
            {
                if (int.TryParse(Path.GetFileName(path.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                {
                    numbers.Add(number);
                }
            }
        }
        catch (IOException)
        {
            // The process ended while its threads were listed.
        }
        catch (UnauthorizedAccessException)
        {
            // hidepid: what may not be listed may not be sampled either.
        }

        return numbers;
    }
}
