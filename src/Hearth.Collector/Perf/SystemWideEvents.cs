using Microsoft.Win32.SafeHandles;

namespace Hearth.Collector.Perf;

/// <summary>One event per online CPU that sees every process.</summary>
internal sealed class SystemWideEvents : PerfEvents
{
    private const int ErrorInvalid = 22;
    private readonly List<PerfRing> _rings = [];
    private PerfRequest _request;

    private SystemWideEvents(in PerfRequest request) => _request = request;

    /// <inheritdoc/>
    public override PerfMode Mode => _request.UserOnly ? PerfMode.SystemWideUser : PerfMode.SystemWide;

    /// <inheritdoc/>
    public override IReadOnlyList<PerfRing> Rings => _rings;

    /// <summary>Opens and starts an event on every online CPU; null and the errno when the kernel refuses the first.</summary>
    public static SystemWideEvents? TryOpen(in PerfRequest request, out int error)
    {
        SystemWideEvents events = new(request);
        error = 0;
        foreach (int cpu in CpuList.ReadOnline())
        {
            if (!events.TryAdd(cpu, out error) && events._rings.Count == 0)
            {
                events.Dispose();
                return null;
            }
        }

        foreach (PerfRing ring in events._rings)
        {
            PerfNative.Control(ring.Handle, PerfNative.IoctlEnable, 0, out _);
        }

        return events;
    }

    /// <inheritdoc/>
    public override void Rescan(ulong nowNanos, ulong watermarkNanos)
    {
        IReadOnlyList<int> online = CpuList.ReadOnline();
        for (int i = _rings.Count - 1; i >= 0; i--)
        {
            if (!online.Contains(_rings[i].Cpu))
            {
                _rings[i].Dispose();
                _rings.RemoveAt(i);
            }
        }

        foreach (int cpu in online)
        {
            if (!_rings.Exists(ring => ring.Cpu == cpu) && TryAdd(cpu, out _))
            {
                PerfNative.Control(_rings[^1].Handle, PerfNative.IoctlEnable, 0, out _);
            }
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (PerfRing ring in _rings)
        {
            ring.Dispose();
        }

        _rings.Clear();
    }

    private bool TryAdd(int cpu, out int error)
    {
        Span<byte> attributes = stackalloc byte[PerfAttributes.Size];
        PerfAttributes.Write(attributes, _request);
        SafeFileHandle? handle = PerfNative.Open(attributes, -1, cpu, out error);
        if (handle is null && error == ErrorInvalid && _request.KernelSymbols)
        {
            // Kernels before 5.1 do not know ksymbol records.
            _request = _request with { KernelSymbols = false };
            PerfAttributes.Write(attributes, _request);
            handle = PerfNative.Open(attributes, -1, cpu, out error);
        }

        if (handle is null || PerfRing.TryMap(handle, cpu, _request.RingPages, out error) is not { } ring)
        {
            return false;
        }

        _rings.Add(ring);
        return true;
    }
}
