using Hearth.Collector.Processes;
using Hearth.Testing;
using Xunit;

namespace Hearth.Collector.Tests.Processes;

public sealed class ProcessTableTests : IDisposable
{
    private readonly TempFolder _proc = new();
    private readonly MappedFileTable _files = new();
    private readonly ProcessTable _table;
    private ulong _now = 1_000;

    public ProcessTableTests() => _table = new ProcessTable(new ProcReader(_proc.Path, _files), 64, () => _now);

    public void Dispose() => _proc.Dispose();

    [Fact]
    public void Fork_Child_HasTheParentsMappingsUntilItExecutes()
    {
        WriteProcess(10, "parent", "1000-3000 r-xp 00000000 08:01 5 /bin/parent\n");
        ProcessEntry parent = _table.Get(10, 1_000);
        _table.Fork(11, 10, 2_000);
        Assert.True(_table.TryGet(11, out ProcessEntry? child));
        Assert.Same(parent, child.ForkedFrom);
        Assert.True(child.Maps.TryFind(0x2000, out _));

        _table.Map(11, Mapping(0x5000, "/lib/only-child"), 3_000);
        Assert.False(parent.Maps.TryFind(0x5000, out _));

        _table.Exec(11, "other"u8, 4_000);
        Assert.True(_table.TryGet(11, out ProcessEntry? executed));
        Assert.NotSame(child, executed);
        Assert.True(child.Exited);
        Assert.Equal(0, executed.Maps.Count);
        Assert.Equal("other", executed.Comm);
    }

    [Fact]
    public void Records_OlderThanTheReadOfProcfs_AreIgnored()
    {
        _now = 5_000;
        WriteProcess(10, "x", "1000-3000 r-xp 00000000 08:01 5 /bin/new\n");
        ProcessEntry entry = _table.Get(10, 5_000);
        _table.Map(10, Mapping(0x1000, "/bin/old"), 4_000);
        _table.Exec(10, "old"u8, 4_100);
        _table.Exit(10, 4_200);
        Assert.Same(entry, _table.Get(10, 5_000));
        Assert.False(entry.Exited);
        Assert.True(entry.Maps.TryFind(0x1000, out ProcessMapping mapping));
        Assert.Equal("/bin/new", mapping.File.Path);
    }

    [Fact]
    public void Exit_LateSample_FindsTheProcessWithinTheGrace()
    {
        WriteProcess(10, "x", "1000-3000 r-xp 00000000 08:01 5 /bin/x\n");
        ProcessEntry entry = _table.Get(10, 1_000);
        _table.Exit(10, 2_000);
        _table.Sweep(2_000 + ProcessTable.ExitGraceNanos - 1);
        Assert.Same(entry, _table.Get(10, 2_001));
        _table.Sweep(2_000 + ProcessTable.ExitGraceNanos);
        Assert.False(_table.TryGet(10, out _));
    }

    [Fact]
    public void Pid_UsedAgainWithinTheGrace_KeepsTheNewProcess()
    {
        _table.Fork(10, 2, 1_000);
        _table.Exec(10, "first"u8, 1_100);
        _table.Exit(10, 2_000);
        WriteProcess(1, "init", "");
        _table.Get(1, 2_000);
        _table.Fork(10, 1, 2_500);
        _table.Exec(10, "second"u8, 2_600);
        _table.Sweep(2_000 + ProcessTable.ExitGraceNanos);
        Assert.True(_table.TryGet(10, out ProcessEntry? entry));
        Assert.Equal("second", entry.Comm);
    }

    [Fact]
    public void KernelThreads_AreOneEntry()
    {
        WriteProcess(3, "kworker/0:0", "", flags: 0x00200040);
        Assert.Same(_table.Kernel, _table.Get(3, 1_000));
        _table.Fork(50, 2, 2_000);
        Assert.Same(_table.Kernel, _table.Get(50, 2_000));
        _table.Exit(50, 3_000);
        Assert.False(_table.Kernel.Exited);
        Assert.False(_table.TryGet(50, out _));
    }

    [Fact]
    public void Process_GoneBeforeItWasRead_StillHasAnEntryForAWhile()
    {
        ProcessEntry gone = _table.Get(4242, 1_000);
        Assert.True(gone.Exited);
        Assert.Equal(string.Empty, gone.Comm);
        _table.Sweep(_now + ProcessTable.ExitGraceNanos);
        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public void Table_Full_ForgetsTheOldest()
    {
        WriteProcess(1, "init", "");
        _table.Get(1, 1_000);
        for (int pid = 100; pid < 200; pid++)
        {
            _table.Fork(pid, 1, (ulong)pid * 1_000);
        }

        _table.Sweep(500_000);
        Assert.True(_table.Count <= 64);
        Assert.True(_table.TryGet(199, out _));
        Assert.False(_table.TryGet(100, out _));
    }

    [Fact]
    public void Ended_OnlySampledProcesses_AreTold()
    {
        List<ProcessEntry> ended = [];
        _table.Ended = ended.Add;
        WriteProcess(10, "x", "");
        WriteProcess(11, "y", "");
        ProcessEntry sampled = _table.Get(10, 1_000);
        sampled.Sampled = true;
        _table.Get(11, 1_000);
        _table.Exit(10, 2_000);
        _table.Exit(11, 2_000);
        Assert.Equal([sampled], ended);
    }

    private ProcessMapping Mapping(ulong start, string path) =>
        new(start, start + 0x1000, 0, _files.Get(System.Text.Encoding.UTF8.GetBytes(path), 1, 1));

    private void WriteProcess(int pid, string comm, string maps, long flags = 0x400000)
    {
        Directory.CreateDirectory(_proc.At($"{pid}"));
        File.WriteAllText(_proc.At($"{pid}", "stat"), $"{pid} ({comm}) S 1 1 1 0 -1 {flags} 0 0 0 0 5 6 0 0 20 0 1 0 {pid * 100} 0 0");
        File.WriteAllText(_proc.At($"{pid}", "maps"), maps);
    }
}
