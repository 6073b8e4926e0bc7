using System.Globalization;

namespace Hearth.Collector.Perf;

/// <summary>Reads the kernel's lists of CPUs, such as <c>0-3,8,10-11</c>.</summary>
internal static class CpuList
{
    /// <summary>CPUs past this number are ignored: NR_CPUS of the largest distribution kernels.</summary>
    public const int CpusMax = 8192;

    /// <summary>The CPUs that are online now; the count of processors from 0 on when sysfs cannot be read.</summary>
    public static IReadOnlyList<int> ReadOnline(string path = "/sys/devices/system/cpu/online")
    {
        try
        {
            IReadOnlyList<int> cpus = Parse(File.ReadAllText(path));
            if (cpus.Count > 0)
            {
                return cpus;
            }
        }
        catch (IOException)
        {
            // No sysfs here: the fallback below.
        }
        catch (UnauthorizedAccessException)
        {
            // The same.
        }

        return [.. Enumerable.Range(0, Environment.ProcessorCount)];
    }

    /// <summary>Parses a list; parts that make no sense are left out.</summary>
    public static IReadOnlyList<int> Parse(string text)
    {
        SortedSet<int> cpus = [];
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = part.Split('-');
            if (ends.Length <= 2
                && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
                && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last))
            {
                for (int cpu = first; cpu <= Math.Min(last, CpusMax - 1); cpu++)
                {
                    cpus.Add(cpu);
                }
            }
        }

        return [.. cpus];
    }
}
