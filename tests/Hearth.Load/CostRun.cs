using System.Diagnostics;
using System.Globalization;

namespace Hearth.Load;

/// <summary>
/// What <c>hearth collect</c> costs beside two busy CPUs: its own CPU time and memory as the kernel counts them, and what it lost.
/// </summary>
internal static class CostRun
{
    private const double TicksPerSecond = 100;

    // Three windows: by then the runtime has compiled what is used, and its files are read.
    private const int WarmUpSeconds = 50;

    /// <summary>Runs the collector for that many seconds after a warm-up of three windows and prints the figures.</summary>
    public static async Task RunAsync(string hearth, string workload, int hz, int seconds, TextWriter output)
    {
        await using Receiver receiver = await Receiver.StartAsync();
        using Workload first = await Workload.StartAsync(workload, "100000");
        using Workload second = await Workload.StartAsync(workload, "100000");
        ProcessStartInfo start = new("dotnet")
        {
            ArgumentList =
            {
                hearth, "collect", "--ingest", receiver.Address.ToString(), "--frequency", hz.ToString(CultureInfo.InvariantCulture),
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process collector = Process.Start(start) ?? throw new InvalidOperationException("hearth did not start.");
        Task errors = collector.StandardError.ReadToEndAsync();
        try
        {
            using PeriodicTimer warm = new(TimeSpan.FromSeconds(WarmUpSeconds));
            await warm.WaitForNextTickAsync();
            string process = $"/proc/{collector.Id}";
            double before = CpuSeconds(process);
            Dictionary<string, double> threads =
                Directory.EnumerateDirectories(process + "/task").ToDictionary(thread => thread, CpuSeconds);
            long started = Stopwatch.GetTimestamp();
            using PeriodicTimer run = new(TimeSpan.FromSeconds(seconds));
            await run.WaitForNextTickAsync();
            double cpu = CpuSeconds(process) - before;
            double wall = Stopwatch.GetElapsedTime(started).TotalSeconds;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{hz} Hz, {wall:F0} s: {cpu / wall * 100:F2} % of one core, "
                + $"RSS now {Memory(collector.Id, "VmRSS:")} MB, peak {Memory(collector.Id, "VmHWM:")} MB"));
            foreach (string thread in Directory.EnumerateDirectories(process + "/task"))
            {
                double used = CpuSeconds(thread) - threads.GetValueOrDefault(thread);
                if (used > 0.005)
                {
                    output.WriteLine(string.Create(
                        CultureInfo.InvariantCulture, $"  {used / wall * 100:F2} % {File.ReadAllText(thread + "/comm").Trim()}"));
                }
            }

            output.WriteLine(receiver.Summary());
        }
        finally
        {
            collector.Kill();
            await collector.WaitForExitAsync();
            await errors;
        }
    }

    private static double CpuSeconds(string path)
    {
        string[] fields = File.ReadAllText(path + "/stat").Split(") ")[^1].Split(' ');
        long ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return ticks / TicksPerSecond;
    }

    private static long Memory(int pid, string key)
    {
        string line = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith(key, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }
}
