using Hearth.Collector.Perf;
using Hearth.Collector.Processes;
using Hearth.Collector.Unwind;
using Hearth.Load;
using Xunit;

namespace Hearth.Collector.Tests.Sampling;

[Collection(LiveCollection.Name)]
public sealed class CaptureTests(LivePrograms programs)
{
    private static readonly string[] Functions = ["work_large", "work_medium", "work_small"];

    [Fact]
    public async Task SystemWide_WorkloadWithAKnownSplit_ShowsTheSplitAndTheTotal()
    {
        LivePrograms.RequireRoot();
        using Capture capture = Start(programs.Split, PerfMode.SystemWide);
        using Workload workload = await Workload.StartAsync(programs.Split, "4");
        await workload.EndAsync();
        await capture.StopAsync();
        Assert.Equal(PerfMode.SystemWide, capture.Mode);
        Assert.Equal(0, capture.Lost);
        AssertSplit(capture, workload);
        AssertTotal(capture, workload, 0.10);

        // Frame pointers lead from the work to main; gcc gives leaf functions no frame, which hides their direct caller.
        List<string> stacks = [.. capture.Stacks.Where(stack => stack.Pid == workload.Pid).Select(stack => stack.ToString())];
        Assert.Contains(stacks, stack => stack.Contains(";main;", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SystemWide_ForkedChildren_AreSampledUnderTheirOwnPids()
    {
        LivePrograms.RequireRoot();
        using Capture capture = Start(programs.Spawn, PerfMode.SystemWide);
        using System.Diagnostics.Process spawn = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(programs.Spawn, ["3", "0.7"]) { RedirectStandardOutput = true })!;
        string output = await spawn.StandardOutput.ReadToEndAsync();
        await spawn.WaitForExitAsync();
        await capture.StopAsync();
        int[] children = [.. output.Split('\n').Where(line => line.StartsWith("child", StringComparison.Ordinal))
            .Select(line => int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(3, children.Length);
        foreach (int child in children)
        {
            Assert.InRange(capture.SamplesIn(child, "child_work"), 34, 102);
            Assert.Contains(capture.Stacks, stack => stack.Pid == child && stack.Resource["process.executable.name"] == "spawn");
        }
    }

    [Fact]
    public async Task OwnProcesses_RunningAndStartedLater_AreSampledOnce()
    {
        LivePrograms.RequireRoot();
        using Workload before = await Workload.StartAsync(programs.Split, "3");
        using Capture capture = Start(programs.Split, PerfMode.OwnProcesses);
        using Workload after = await Workload.StartAsync(programs.Split, "3");
        await before.EndAsync();
        await after.EndAsync();
        await capture.StopAsync();
        Assert.Equal(PerfMode.OwnProcesses, capture.Mode);
        AssertSplit(capture, after);

        // User space only, and each CPU's timer starts with a full period: a little less than the truth, but never twice.
        AssertTotal(capture, after, 0.15);
        double share = capture.SamplesOf(before.Pid) * (double)capture.PeriodNanos / before.TruthNanos;
        Assert.InRange(share, 0.3, 1.1);
    }

    private static Capture Start(string program, PerfMode mode) =>
        Capture.Start(97, new Naming(new NmSymbols(program), new CommIdentifier()), mode);

    private static void AssertSplit(Capture capture, Workload workload)
    {
        long all = Functions.Sum(function => capture.SamplesIn(workload.Pid, function));
        Assert.True(all > 100, $"Only {all} samples in the workload's functions.");
        foreach (string function in Functions)
        {
            double truth = (double)workload.Truth[function] / workload.TruthNanos;
            double shown = (double)capture.SamplesIn(workload.Pid, function) / all;
            double error = Math.Sqrt(truth * (1 - truth) / all);
            Assert.True(
                Math.Abs(shown - truth) <= 4 * error, $"{function}: shown {shown:F3}, truth {truth:F3}, standard error {error:F3}.");
        }
    }

    private static void AssertTotal(Capture capture, Workload workload, double tolerance)
    {
        double share = capture.SamplesOf(workload.Pid) * (double)capture.PeriodNanos / workload.TruthNanos;
        Assert.InRange(share, 1 - tolerance, 1 + tolerance);
    }
}
