using Hearth.Collector.Processes;
using Hearth.Collector.Sampling;
using Hearth.Collector.Unwind;
using Hearth.Load;
using Xunit;

namespace Hearth.Collector.Tests.Sampling;

[Collection(LiveCollection.Name)]
public sealed class AccountingReaderTests(LivePrograms programs)
{
    [Fact]
    public async Task Read_BusyProcess_CountsTheCpuTimeItMeasures()
    {
        MappedFileTable files = new();
        ProcReader procfs = new("/proc", files);
        WindowClock clock = new(TimeProvider.System, 300);
        ProcessTable processes = new(procfs, 16_384, () => clock.NowNanos);
        WindowPool pool = new(1_000);
        Naming naming = new(new AddressSymbolizer(), new CommIdentifier());
        SampleIntake intake = new(processes, files, naming, clock, pool, 16, 127);
        AccountingReader reader = new(procfs, processes, intake, clock, TimeProvider.System);
        reader.Read();
        using Workload workload = await Workload.StartAsync(programs.Split, "2");
        reader.Read();
        using (PeriodicTimer timer = new(TimeSpan.FromMilliseconds(500)))
        {
            await timer.WaitForNextTickAsync();
        }

        double before = CpuSeconds(workload.Pid);
        reader.Read();
        double after = CpuSeconds(workload.Pid);
        long ticks = 0;
        foreach (WindowProcess process in intake.Window.Processes)
        {
            ticks += process.Entry.Pid == workload.Pid ? process.Samples : 0;
        }

        Assert.InRange(ticks / (double)AccountingReader.TicksPerSecond, before - 0.02, after + 0.02);
        await workload.EndAsync();
    }

    private static double CpuSeconds(int pid)
    {
        byte[] buffer = new byte[4096];
        int length = ProcFile.Read($"/proc/{pid}/stat", ref buffer, 4096);
        Assert.True(ProcStat.TryParse(buffer.AsSpan(0, length), out ProcStat stat));
        return (stat.UserTicks + stat.SystemTicks) / (double)AccountingReader.TicksPerSecond;
    }
}
