using Hearth.Collector.Perf;
using Hearth.Collector.Processes;
using Hearth.Collector.Sampling;
using Hearth.Collector.Tests.Perf;
using Hearth.Collector.Unwind;
using Hearth.Profiles.Model;
using Hearth.Testing;
using Xunit;

namespace Hearth.Collector.Tests.Sampling;

public sealed class SampleIntakeTests : IDisposable
{
    private const ulong User = unchecked((ulong)-512L);
    private const ulong Kernel = unchecked((ulong)-128L);
    private const int StacksMax = 100;
    private readonly TempFolder _proc = new();
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));
    private readonly WindowPool _pool = new(StacksMax);
    private readonly SampleIntake _intake;
    private readonly Naming _naming = new(new AddressSymbolizer(), new CommIdentifier());
    private readonly ulong _start;

    public SampleIntakeTests()
    {
        MappedFileTable files = new();
        WindowClock clock = new(_time, 15);
        ProcessTable processes = new(new ProcReader(_proc.Path, files), 64, () => clock.NowNanos);
        _intake = new SampleIntake(processes, files, _naming, clock, _pool, framesMax: 16, kernelFramesMax: 12);
        _start = clock.NowNanos;
    }

    public void Dispose() => _proc.Dispose();

    [Fact]
    public void Samples_OfATrackedProcess_BecomeOneProfileWithKernelAndUserFrames()
    {
        Begin(pid: 10);
        ulong[] chain = [Kernel, 0xffffffff81000010, User, 0x400010, 0x400020];
        Apply(SyntheticRing.Sample(_start + 3, 10, chain));
        Apply(SyntheticRing.Sample(_start + 4, 10, chain));
        List<string> profiles = Close();
        Assert.Equal(["app: [kernel];/bin/app+0x10;/bin/app+0x1f = 200"], profiles);
    }

    [Fact]
    public void Exec_WithinAWindow_SplitsTheProcess()
    {
        Begin(pid: 10);
        Apply(SyntheticRing.Sample(_start + 3, 10, User, 0x400010));
        Apply(SyntheticRing.Comm(_start + 4, 10, "second", exec: true));
        Apply(SyntheticRing.Mmap2(_start + 5, 10, 0x400000, 0x1000, 0, "/bin/second", inode: 8));
        Apply(SyntheticRing.Sample(_start + 6, 10, User, 0x400010));
        Assert.Equal(["app: /bin/app+0x10 = 100", "second: /bin/second+0x10 = 100"], Close());
    }

    [Fact]
    public void SameAddresses_AfterTheMappingChanged_AreAnotherStack()
    {
        Begin(pid: 10);
        Apply(SyntheticRing.Sample(_start + 3, 10, User, 0x400010));
        Apply(SyntheticRing.Mmap2(_start + 4, 10, 0x400000, 0x1000, 0, "/bin/reloaded", inode: 9));
        Apply(SyntheticRing.Sample(_start + 5, 10, User, 0x400010));
        Assert.Equal(["app: /bin/app+0x10 = 100", "app: /bin/reloaded+0x10 = 100"], Close());
    }

    [Fact]
    public void BrokenAndUnknownStacks_KeepTheirSamplesUnderAMarker()
    {
        Begin(pid: 10);
        Apply(SyntheticRing.Sample(_start + 3, 10, User, 0x400010, 0x999999, 0x400020));
        Apply(SyntheticRing.Sample(_start + 4, 10, User, 0x999999, 0x400020));
        Apply(SyntheticRing.Sample(_start + 5, 4242, User, 0x400010));
        Assert.Equal(
            ["app: /bin/app+0x10;[broken stack] = 100", "app: [unmapped];/bin/app+0x1f = 100", "unknown: [unmapped] = 100"], Close());
    }

    [Fact]
    public void DeepStack_IsMarkedAndCountedAsTruncated()
    {
        Begin(pid: 10);
        ulong[] chain = [User, .. Enumerable.Repeat(0x400010UL, 12)];
        Apply(SyntheticRing.Sample(_start + 3, 10, chain));
        string profile = Assert.Single(Close());
        Assert.EndsWith(";[truncated] = 100", profile);
        Assert.Equal(1, _lastTruncated);
    }

    [Fact]
    public void StacksPastTheBound_GoToOtherAndTheTotalStaysExact()
    {
        Begin(pid: 10);
        for (ulong i = 0; i < StacksMax + 50; i++)
        {
            Apply(SyntheticRing.Sample(_start + 3 + i, 10, User, 0x400000 + i));
        }

        List<string> profiles = Close();
        Assert.Contains("app: [other] = 5000", profiles);
        Assert.Equal(StacksMax + 1, profiles.Count);
    }

    [Fact]
    public void Windows_SamplesAndLosses_BelongToTheWindowOfTheirTime()
    {
        Begin(pid: 10);
        const ulong window = 15_000_000_000;
        Apply(SyntheticRing.Sample(_start + 3, 10, User, 0x400010));
        Apply(SyntheticRing.Lost(_start + 4, 7));
        _time.Advance(TimeSpan.FromSeconds(16));
        Apply(SyntheticRing.Sample(_start + window, 10, User, 0x400020));
        Assert.Equal(["app: /bin/app+0x10 = 100"], Closed());
        Assert.Equal(7, _lastLost);
        _intake.CloseLast();
        Assert.Equal(["app: /bin/app+0x20 = 100"], Closed());
        Assert.Equal(0, _lastLost);
    }

    [Fact]
    public void IdleAndExitingSamples_AreNotAttributed()
    {
        Apply(SyntheticRing.Sample(_start + 1, 0, Kernel, 0xffffffff81000010));
        Apply(SyntheticRing.Sample(_start + 2, -1, Kernel, 0xffffffff81000010));
        Assert.Empty(Close());
    }

    [Fact]
    public void NamingFarBehind_DropsTheNewestWindowAndGoesOn()
    {
        Begin(pid: 10);
        for (ulong i = 0; i < 6; i++)
        {
            Apply(SyntheticRing.Sample(_start + (i * 15_000_000_000) + 5, 10, User, 0x400010));
            _time.Advance(TimeSpan.FromSeconds(15));
        }

        Assert.Equal(2, _pool.Closed.Count);
    }

    [Fact]
    public void KnownStack_CountsWithoutAllocating()
    {
        Begin(pid: 10);
        byte[] sample = SyntheticRing.Sample(_start + 3, 10, Kernel, 0xffffffff81000010, User, 0x400010, 0x400020);
        _intake.Apply(_start + 3, new PerfRecord(sample));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            _intake.Apply(_start + 3, new PerfRecord(sample));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private long _lastLost;
    private long _lastTruncated;

    private void Begin(int pid)
    {
        Apply(SyntheticRing.Comm(_start, pid, "app", exec: true));
        Apply(SyntheticRing.Mmap2(_start + 1, pid, 0x400000, 0x1000, 0, "/bin/app"));
    }

    private void Apply(byte[] record)
    {
        PerfRecord view = new(record);
        _intake.Apply(view.TimeNanos, view);
    }

    private List<string> Close()
    {
        _intake.CloseLast();
        return Closed();
    }

    private List<string> Closed()
    {
        List<string> lines = [];
        WindowProfiles profiles = new(_naming, null, 100, 1 << 20);
        while (_pool.Closed.TryRead(out SampleWindow? window))
        {
            profiles.Build(window, document => Describe(document, lines), CancellationToken.None);
            _pool.Return(window);
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private void Describe(ProfileDocument document, List<string> lines)
    {
        SymbolTable symbols = document.Symbols;
        for (int g = 0; g < document.Count; g++)
        {
            _lastLost = Number(symbols, document[g][0].AttributeSet, "hearth.lost_samples");
            _lastTruncated = Number(symbols, document[g][0].AttributeSet, "hearth.truncated_stacks");
            string service = symbols.Strings.GetString(symbols.Attributes[symbols.AttributeSets[document[g].ResourceAttributes][0]].Text);
            foreach (Sample sample in document[g][0].Samples.Span)
            {
                List<string> frames = [];
                foreach (int row in symbols.Stacks[sample.Stack])
                {
                    Location location = symbols.Locations[row];
                    frames.Add(location.LineCount > 0
                        ? symbols.Strings.GetString(symbols.Functions[symbols.LinesOf(location)[0].Function].Name)
                        : $"{symbols.Strings.GetString(symbols.Mappings[location.Mapping].Filename)}+0x{location.Address:x}");
                }

                lines.Add($"{service}: {string.Join(';', frames)} = {document[g][0].Values[sample.ValueStart]}");
            }
        }
    }

    private static long Number(SymbolTable symbols, int set, string key)
    {
        foreach (int row in symbols.AttributeSets[set])
        {
            if (symbols.Strings.GetString(symbols.Attributes[row].Key) == key)
            {
                return symbols.Attributes[row].Number;
            }
        }

        return -1;
    }
}
