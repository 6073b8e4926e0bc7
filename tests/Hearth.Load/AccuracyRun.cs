using System.Globalization;
using Hearth.Collector;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hearth.Load;

/// <summary>
/// Compares sampled shares with the truth that workloads measure themselves: C, .NET and both at once, several runs each.
/// </summary>
internal sealed class AccuracyRun
{
    private readonly int _hz;
    private readonly double _seconds;
    private readonly TextWriter _output;
    private readonly string _native;
    private readonly string _dotnet;

    /// <summary>Prepares runs.</summary>
    /// <param name="hz">Samples per second.</param>
    /// <param name="seconds">CPU seconds of each workload.</param>
    /// <param name="native">The C workload.</param>
    /// <param name="dotnet">The .NET workload.</param>
    /// <param name="output">Receives the table.</param>
    public AccuracyRun(int hz, double seconds, string native, string dotnet, TextWriter output)
    {
        _hz = hz;
        _seconds = seconds;
        _native = native;
        _dotnet = dotnet;
        _output = output;
    }

    /// <summary>Runs and prints one line per function and run; returns the largest deviation in standard errors.</summary>
    public async Task<double> RunAsync(int runs)
    {
        double worst = 0;
        _output.WriteLine("run workload  function     truth %  shown %  n      deviation (standard errors)");
        for (int run = 1; run <= runs; run++)
        {
            worst = Math.Max(worst, await RunAsync(run, "C", [_native]));
            worst = Math.Max(worst, await RunAsync(run, ".NET", [_dotnet]));
            worst = Math.Max(worst, await RunAsync(run, "mixed", [_native, _dotnet]));
        }

        return worst;
    }

    private async Task<double> RunAsync(int run, string kind, string[] programs)
    {
        List<Workload> workloads = [];
        using Capture capture = Capture.Start(
            _hz, CollectorParts.Create(new CollectorOptions(), TimeProvider.System, NullLoggerFactory.Instance));
        double worst = 0;
        try
        {
            foreach (string program in programs)
            {
                workloads.Add(await Workload.StartAsync(program, _seconds.ToString(CultureInfo.InvariantCulture)));
            }

            foreach (Workload workload in workloads)
            {
                await workload.EndAsync();
            }

            await capture.StopAsync();
            foreach (Workload workload in workloads)
            {
                worst = Math.Max(worst, Report(run, kind, workload, capture));
            }
        }
        finally
        {
            workloads.ForEach(workload => workload.Dispose());
        }

        return worst;
    }

    private double Report(int run, string kind, Workload workload, Capture capture)
    {
        long named = workload.Truth.Keys.Sum(function => capture.SamplesIn(workload.Pid, function));
        double worst = named == 0 ? double.PositiveInfinity : 0;
        foreach ((string function, long nanos) in workload.Truth)
        {
            double truth = (double)nanos / workload.TruthNanos;
            double shown = (double)capture.SamplesIn(workload.Pid, function) / Math.Max(named, 1);
            double deviation = Math.Abs(shown - truth) / Math.Sqrt(truth * (1 - truth) / Math.Max(named, 1));
            worst = Math.Max(worst, deviation);
            _output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{run,3} {kind,-9} {function,-12} {truth * 100,7:F2} {shown * 100,8:F2}  {named,-6} {deviation,5:F2}"));
        }

        if (named == 0)
        {
            IEnumerable<CapturedStack> stacks = capture.Stacks.Where(stack => stack.Pid == workload.Pid);
            foreach (CapturedStack stack in stacks.OrderByDescending(stack => stack.Samples).Take(5))
            {
                _output.WriteLine(stack);
            }
        }

        double all = capture.SamplesOf(workload.Pid) * (double)capture.PeriodNanos;
        _output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{run,3} {kind,-9} total CPU: sampled / measured = {all / workload.TruthNanos:F4}, lost {capture.Lost}"));
        return worst;
    }
}
