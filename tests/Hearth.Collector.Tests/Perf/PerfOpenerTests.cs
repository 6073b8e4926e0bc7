using System.Diagnostics;
using System.Globalization;
using Hearth.Collector.Perf;
using Hearth.Load;
using Hearth.Testing;
using Xunit;

namespace Hearth.Collector.Tests.Perf;

[Collection(LiveCollection.Name)]
public sealed class PerfOpenerTests(LivePrograms programs)
{
    private static readonly PerfRequest Request = new()
    {
        PeriodNanos = 1_000_000_000 / 97,
        RingPages = 128,
        FramesMax = PerfOpener.FramesMax(1024),
        KernelSymbols = true,
    };

    [Fact]
    public void Open_AsThisUser_GetsTheBestModeAllowedAndSaysWhatWouldHelp()
    {
        PerfOpening opening = PerfOpener.Open(Request, "/proc");
        using PerfEvents? events = opening.Events;
        int paranoid = int.Parse(File.ReadAllText("/proc/sys/kernel/perf_event_paranoid"), CultureInfo.InvariantCulture);
        if (Environment.IsPrivilegedProcess || paranoid <= 0)
        {
            Assert.Equal(PerfMode.SystemWide, opening.Mode);
            Assert.Null(opening.Hint);
            Assert.Equal(CpuList.ReadOnline().Count, opening.Events!.Rings.Count);
            return;
        }

        Assert.Equal(paranoid <= 2 ? PerfMode.OwnProcesses : PerfMode.Accounting, opening.Mode);
        Assert.Contains("sudo sysctl -w kernel.perf_event_paranoid=0", opening.Hint);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"kernel.perf_event_paranoid is {paranoid}"), opening.Hint);
        Assert.DoesNotContain('\n', opening.Hint!);
    }

    [Fact]
    public async Task Open_AsAnOrdinaryUser_FallsBackToItsOwnProcesses()
    {
        LivePrograms.RequireRoot();
        string setpriv = Require.Tool("setpriv");
        string self = Environment.ProcessPath!;
        using TempFolder home = new();
        Tool.Run("chmod", "777", home.Path);
        ProcessStartInfo start = new(setpriv)
        {
            ArgumentList =
            {
                "--reuid", "65534", "--regid", "65534", "--clear-groups", self, "-noColor",
                "-method", $"{typeof(PerfOpenerTests).FullName}.{nameof(Open_AsThisUser_GetsTheBestModeAllowedAndSaysWhatWouldHelp)}",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["HOME"] = home.Path, ["TMPDIR"] = home.Path },
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        string error = await errors;
        Require.That(!error.Contains("Permission denied", StringComparison.Ordinal), "Another user may not run the test program here.");
        Assert.True(process.ExitCode == 0, output + error);
        Assert.Contains("Total: 1,", output);
    }

    [Fact]
    public void Open_OnlyAccounting_HasNoEventsAndSaysSo()
    {
        PerfOpening opening = PerfOpener.Open(Request, "/proc", PerfMode.Accounting);
        Assert.Null(opening.Events);
        Assert.Equal(PerfMode.Accounting, opening.Mode);
    }

    [Fact]
    public async Task Ring_NotReadInTime_TellsHowManyWereLost()
    {
        LivePrograms.RequireRoot();
        using PerfEvents events = PerfOpener.Open(
            Request with { PeriodNanos = 1_000_000, RingPages = 8 }, "/proc").Events!;
        RingMerge merge = new();
        long lost = 0;
        int records = 0;
        for (int turn = 0; turn < 2; turn++)
        {
            using Workload workload = await Workload.StartAsync(programs.Split, "1.2");
            await workload.EndAsync();
            records += merge.Drain(events.Rings, ulong.MaxValue, (ulong time, in PerfRecord record) =>
                lost += record.Type == PerfRecordType.Lost ? (long)record.LostCount : 0);
        }

        Assert.True(records > 100, $"{records} records");
        Assert.InRange(lost, 100, 100_000);
    }

    [Fact]
    public async Task Records_OfARealProcess_ComeInTheOrderOfItsLife()
    {
        LivePrograms.RequireRoot();
        using PerfEvents events = PerfOpener.Open(Request, "/proc").Events!;
        using Process spawn = Process.Start(new ProcessStartInfo(programs.Spawn, ["1", "0.01"]) { RedirectStandardOutput = true })!;
        string output = await spawn.StandardOutput.ReadToEndAsync();
        await spawn.WaitForExitAsync();
        string exec = output.Split('\n').Single(line => line.StartsWith("exec", StringComparison.Ordinal));
        int executed = int.Parse(exec.Split(' ')[1], CultureInfo.InvariantCulture);
        List<string> life = [];
        new RingMerge().Drain(events.Rings, ulong.MaxValue, (ulong time, in PerfRecord record) =>
        {
            if (record.Pid != executed)
            {
                return;
            }

            switch (record.Type)
            {
                case PerfRecordType.Fork when record.ParentPid == spawn.Id:
                    life.Add("fork");
                    break;
                case PerfRecordType.Comm when record.IsExec:
                    life.Add(System.Text.Encoding.UTF8.GetString(record.Comm));
                    break;
                case PerfRecordType.Mmap2 when record.MapPath.EndsWith("/bin/true"u8):
                    life.Add("mmap");
                    break;
                case PerfRecordType.Exit:
                    life.Add("exit");
                    break;
                default:
                    break;
            }
        });
        Assert.Equal(["fork", "true", "mmap", "exit"], life);
    }
}
