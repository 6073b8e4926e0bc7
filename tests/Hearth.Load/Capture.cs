using Hearth.Collector;
using Hearth.Collector.Perf;
using Hearth.Collector.Processes;
using Hearth.Collector.Sampling;
using Hearth.Collector.Unwind;
using Hearth.Profiles.Model;

namespace Hearth.Load;

/// <summary>
/// The collector up to and without the sending: real events, real reading thread, real windows. What was sampled is there
/// as named stacks after <see cref="StopAsync"/>.
/// </summary>
internal sealed class Capture : IDisposable
{
    private readonly PerfEvents _events;
    private readonly PerfReader _reader;
    private readonly WindowPool _pool;
    private readonly Naming _naming;
    private readonly Task _reading;

    private Capture(PerfOpening opening, in PerfRequest request, Naming naming, int windowSeconds)
    {
        _events = opening.Events ?? throw new InvalidOperationException(opening.Hint);
        _naming = naming;
        Mode = opening.Mode;
        PeriodNanos = request.PeriodNanos;
        _pool = new WindowPool(65_536, windows: 8);
        WindowClock clock = new(TimeProvider.System, windowSeconds);
        MappedFileTable files = new();
        Processes = new ProcessTable(new ProcReader("/proc", files), 16_384, () => clock.NowNanos) { Ended = naming.Symbolizer.Exited };
        SampleIntake intake = new(Processes, files, naming, clock, _pool, 1024, request.FramesMax);
        _reader = new PerfReader(_events, intake, Processes, clock, 100);
        _reading = Task.Factory.StartNew(
            _reader.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>How much the kernel allowed.</summary>
    public PerfMode Mode { get; }

    /// <summary>CPU nanoseconds of a sample.</summary>
    public long PeriodNanos { get; }

    /// <summary>Process table; to be looked at after <see cref="StopAsync"/> only.</summary>
    public ProcessTable Processes { get; }

    /// <summary>Records lost.</summary>
    public long Lost { get; private set; }

    /// <summary>Every stack with its process and samples, after <see cref="StopAsync"/>.</summary>
    public List<CapturedStack> Stacks { get; } = [];

    /// <summary>Starts sampling.</summary>
    public static Capture Start(int hz, Naming naming, PerfMode leastMode = PerfMode.SystemWide, int ringPages = 128)
    {
        PerfRequest request = new()
        {
            PeriodNanos = 1_000_000_000L / hz,
            RingPages = ringPages,
            FramesMax = PerfOpener.FramesMax(1024),
            KernelSymbols = true,
        };
        return new Capture(PerfOpener.Open(request, "/proc", leastMode), request, naming, windowSeconds: 300);
    }

    /// <summary>Stops sampling and names what was sampled.</summary>
    public async Task StopAsync()
    {
        _reader.Stop();
        await _reading;
        while (_pool.Closed.TryRead(out SampleWindow? window))
        {
            Lost += window.Quality.Lost;
            WindowProfiles profiles = new(_naming, null, PeriodNanos, 64 * 1024 * 1024);
            profiles.Build(window, Read, CancellationToken.None);
        }
    }

    /// <summary>Samples of a process.</summary>
    public long SamplesOf(int pid) => Stacks.Where(stack => stack.Pid == pid).Sum(stack => stack.Samples);

    /// <summary>Samples of a process whose leaf user function has this name, alone or within a longer one.</summary>
    public long SamplesIn(int pid, string function) => Stacks
        .Where(stack => stack.Pid == pid && stack.LeafUser?.Contains(function, StringComparison.Ordinal) == true)
        .Sum(stack => stack.Samples);

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Stop();
        _reading.Wait();
        _reader.Dispose();
        _events.Dispose();
        _naming.Dispose();
    }

    private void Read(ProfileDocument document)
    {
        SymbolTable symbols = document.Symbols;
        for (int g = 0; g < document.Count; g++)
        {
            ProfileGroup group = document[g];
            Dictionary<string, string> resource = [];
            foreach (int row in symbols.AttributeSets[group.ResourceAttributes])
            {
                Hearth.Profiles.Model.Attribute attribute = symbols.Attributes[row];
                resource[symbols.Strings.GetString(attribute.Key)] = attribute.Kind == AttributeKind.Int
                    ? attribute.Number.ToString(System.Globalization.CultureInfo.InvariantCulture)
                    : symbols.Strings.GetString(attribute.Text);
            }

            int pid = int.Parse(resource.GetValueOrDefault("process.pid", "0"), System.Globalization.CultureInfo.InvariantCulture);
            foreach (Sample sample in group[0].Samples.Span)
            {
                List<CapturedFrame> frames = [];
                foreach (int location in symbols.Stacks[sample.Stack])
                {
                    frames.Add(Describe(symbols, symbols.Locations[location]));
                }

                Stacks.Add(new CapturedStack(pid, resource, frames, group[0].Values[sample.ValueStart] / PeriodNanos));
            }
        }
    }

    private static CapturedFrame Describe(SymbolTable symbols, in Location location)
    {
        string file = symbols.Strings.GetString(symbols.Mappings[location.Mapping].Filename);
        string name = location.LineCount > 0
            ? symbols.Strings.GetString(symbols.Functions[symbols.LinesOf(location)[0].Function].Name)
            : string.Empty;
        return new CapturedFrame(name, symbols.Strings.GetString(location.FrameType), file, location.Address);
    }
}
