using System.Globalization;
using System.Runtime.InteropServices;

namespace Hearth.Collector.Perf;

/// <summary>Opens as much as the kernel allows, and says what would allow more.</summary>
internal static class PerfOpener
{
    private const int FramesKernelDefault = 127;

    /// <summary>Tries the modes of <see cref="PerfMode"/> in order.</summary>
    /// <param name="request">What to sample.</param>
    /// <param name="procRoot">Root of procfs.</param>
    /// <param name="leastMode">Skips the modes that see more than this one (tests, and people who want less).</param>
    public static PerfOpening Open(in PerfRequest request, string procRoot, PerfMode leastMode = PerfMode.SystemWide)
    {
        int error = 0;
        if (leastMode <= PerfMode.SystemWide && SystemWideEvents.TryOpen(request, out error) is { } all)
        {
            return new PerfOpening(all, PerfMode.SystemWide, 0, null);
        }

        if (leastMode <= PerfMode.SystemWideUser
            && SystemWideEvents.TryOpen(request with { UserOnly = true }, out int userError) is { } user)
        {
            return new PerfOpening(user, PerfMode.SystemWideUser, error, Hint(error, procRoot, "user space of every process"));
        }

        if (leastMode <= PerfMode.OwnProcesses && OwnProcessEvents.TryOpen(request, procRoot, out int ownError) is { } own)
        {
            string what = $"only the {own.TargetCount} processes of this user, user space only";
            return new PerfOpening(own, PerfMode.OwnProcesses, error, Hint(error, procRoot, what));
        }

        return new PerfOpening(
            null, PerfMode.Accounting, error, Hint(error, procRoot, "CPU time per process and thread from /proc, without stacks"));
    }

    /// <summary>Frames the kernel delivers at most: kernel.perf_event_max_stack, and not above <paramref name="wanted"/>.</summary>
    public static int FramesMax(int wanted, string procRoot = "/proc") =>
        Math.Min(wanted, ReadNumber(Path.Combine(procRoot, "sys/kernel/perf_event_max_stack")) ?? FramesKernelDefault);

    private static string Hint(int error, string procRoot, string what)
    {
        string reason = error == 0 ? "not tried" : Marshal.GetPInvokeErrorMessage(error);
        int? paranoid = ReadNumber(Path.Combine(procRoot, "sys/kernel/perf_event_paranoid"));
        string value = paranoid is { } p ? string.Create(CultureInfo.InvariantCulture, $"{p}") : "unknown";
        string remedy = paranoid is > 0
            ? "sudo sysctl -w kernel.perf_event_paranoid=0   (or run as root, or with CAP_PERFMON)"
            : "run as root or with CAP_PERFMON, and with a seccomp profile that allows perf_event_open";
        string refusal = $"perf_event_open for all processes: {reason} (kernel.perf_event_paranoid is {value})";
        return $"{refusal}. Profiling {what}. For everything: {remedy}";
    }

    private static int? ReadNumber(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(path), NumberStyles.Integer, CultureInfo.InvariantCulture, out int number) ? number : null;
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}
