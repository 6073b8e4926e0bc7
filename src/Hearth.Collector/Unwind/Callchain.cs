namespace Hearth.Collector.Unwind;

/// <summary>
/// Splits a perf call chain at its context markers (PERF_CONTEXT_ of include/uapi/linux/perf_event.h) into kernel and user
/// addresses, leaf first, ready for symbol lookup: the address of a caller is a return address, one less lies inside the call.
/// </summary>
internal static class Callchain
{
    /// <summary>Addresses below belong to no code (mmap_min_addr): a chain of frame pointers ends there.</summary>
    public const ulong AddressMin = 4096;

    private const ulong MarkerMin = unchecked((ulong)-4095L);
    private const ulong KernelMarker = unchecked((ulong)-128L);
    private const ulong UserMarker = unchecked((ulong)-512L);

    /// <summary>Splits a chain.</summary>
    /// <param name="chain">As the kernel wrote it.</param>
    /// <param name="sampleIp">The sample's own address, used when the chain holds none.</param>
    /// <param name="buffer">Receives the addresses, kernel first; chains longer than it are cut at the root end.</param>
    /// <returns>Kernel and user addresses in <paramref name="buffer"/>, and all there were.</returns>
    public static Split Cut(ReadOnlySpan<ulong> chain, ulong sampleIp, Span<ulong> buffer)
    {
        bool inKernel = IsKernel(sampleIp);
        int kernel = 0;
        int user = 0;
        int all = 0;
        bool first = true;
        bool skip = false;
        foreach (ulong ip in chain)
        {
            if (ip >= MarkerMin)
            {
                // Guest and hypervisor contexts are left out: their addresses mean nothing here.
                skip = ip is not (KernelMarker or UserMarker);
                inKernel = ip == KernelMarker;
                first = true;
                continue;
            }

            if (skip || ip < AddressMin)
            {
                continue;
            }

            all++;
            if (kernel + user < buffer.Length)
            {
                buffer[kernel + user] = first ? ip : ip - 1;
                kernel += inKernel ? 1 : 0;
                user += inKernel ? 0 : 1;
            }

            first = false;
        }

        if (all == 0 && sampleIp >= AddressMin && buffer.Length > 0)
        {
            buffer[0] = sampleIp;
            return IsKernel(sampleIp) ? new Split(1, 0, 1) : new Split(0, 1, 1);
        }

        return new Split(kernel, user, all);
    }

    private static bool IsKernel(ulong ip) => (long)ip < 0;

    /// <summary>Counts of addresses.</summary>
    /// <param name="Kernel">Kernel addresses kept; they come first.</param>
    /// <param name="User">User addresses kept; they follow.</param>
    /// <param name="All">Addresses there were.</param>
    internal readonly record struct Split(int Kernel, int User, int All);
}
