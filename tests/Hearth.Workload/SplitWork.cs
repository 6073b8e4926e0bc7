using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hearth.Workload;

/// <summary>
/// CPU time split between three methods in a known way. What each really used is measured with the thread's own CPU clock and
/// printed at the end: <c>truth Method nanoseconds</c>.
/// </summary>
internal sealed partial class SplitWork
{
    private const int ThreadCpuClock = 3;
    private const ulong TurnNanos = 3_000_000;
    private readonly int[] _shares;
    private readonly ulong[] _used = new ulong[3];
    private ulong _sink;

    /// <summary>Prepares work in these shares.</summary>
    public SplitWork(int[] shares) => _shares = shares;

    /// <summary>Works for that much CPU time on the calling thread.</summary>
    public void Run(double seconds, TextWriter output)
    {
        // The first turns bring every method to its final tier, the next one tells how much work a turn is.
        for (int i = 0; i < 200; i++)
        {
            Turn(100);
        }

        ulong before = ThreadNanos();
        Turn(1000);
        ulong unit = (1000 * TurnNanos / Math.Max(ThreadNanos() - before, 1)) + 1;
        Array.Clear(_used);
        output.WriteLine("ready");
        output.Flush();
        ulong end = ThreadNanos() + (ulong)(seconds * 1e9);
        // Turns of 1.5 to 4.5 ms, by chance, so that they are never in step with a sampling period.
        while (ThreadNanos() < end)
        {
            Turn((unit / 2) + (ulong)Random.Shared.NextInt64((long)unit));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"truth WorkLarge {_used[0]}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"truth WorkMedium {_used[1]}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"truth WorkSmall {_used[2]}"));
        output.WriteLine("done");
        output.Flush();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Turn(ulong unit)
    {
        ulong t0 = ThreadNanos();
        WorkLarge(unit * (ulong)_shares[0]);
        ulong t1 = ThreadNanos();
        WorkMedium(unit * (ulong)_shares[1]);
        ulong t2 = ThreadNanos();
        WorkSmall(unit * (ulong)_shares[2]);
        ulong t3 = ThreadNanos();
        _used[0] += t1 - t0;
        _used[1] += t2 - t1;
        _used[2] += t3 - t2;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WorkLarge(ulong rounds)
    {
        ulong x = _sink + 1442695040888963407;
        for (ulong i = 0; i < rounds; i++)
        {
            x = (x * 6364136223846793005) + 1442695040888963407;
            x ^= x >> 29;
        }

        _sink = x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WorkMedium(ulong rounds)
    {
        ulong x = _sink + 2862933555777941757;
        for (ulong i = 0; i < rounds; i++)
        {
            x = (x * 6364136223846793005) + 2862933555777941757;
            x ^= x >> 29;
        }

        _sink = x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WorkSmall(ulong rounds)
    {
        ulong x = _sink + 3037000493;
        for (ulong i = 0; i < rounds; i++)
        {
            x = (x * 6364136223846793005) + 3037000493;
            x ^= x >> 29;
        }

        _sink = x;
    }

    private static ulong ThreadNanos()
    {
        GetTime(ThreadCpuClock, out TimeSpec now);
        return ((ulong)now.Seconds * 1_000_000_000) + (ulong)now.Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
