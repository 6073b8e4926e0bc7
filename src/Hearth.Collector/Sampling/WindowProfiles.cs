using Hearth.Collector.Processes;
using Hearth.Collector.Unwind;
using Hearth.Profiles.Model;

namespace Hearth.Collector.Sampling;

/// <summary>
/// Turns a closed window into profiles: one per process, named, in documents of bounded size. Used by one thread; keeps its
/// tables from window to window.
/// </summary>
internal sealed class WindowProfiles
{
    // Rough wire sizes, for cutting documents: exact ones are known only after encoding.
    private const int LocationBytes = 80;
    private const int StackItemBytes = 3;
    private const int SampleBytes = 16;
    private const int GroupBytes = 600;

    private readonly ProfileDocument _document = new();
    private readonly LocationBuilder _builder = new();
    private readonly Naming _naming;
    private readonly string? _serviceName;
    private readonly long _periodNanos;
    private readonly int _bytesMax;
    private readonly Dictionary<int, int> _sampleOfStack = [];
    private int[] _locations = [];
    private bool[] _unnamed = [];
    private int[] _order = [];
    private int[] _stack = new int[64];
    private long _bytes;

    /// <summary>Prepares for windows of one sampling period.</summary>
    /// <param name="naming">Name processes and addresses.</param>
    /// <param name="serviceName">Overrides service.name; null: as found out.</param>
    /// <param name="periodNanos">CPU nanoseconds a sample stands for.</param>
    /// <param name="bytesMax">Estimated encoded bytes of one document.</param>
    public WindowProfiles(Naming naming, string? serviceName, long periodNanos, int bytesMax)
    {
        _naming = naming;
        _serviceName = serviceName;
        _periodNanos = periodNanos;
        _bytesMax = bytesMax;
    }

    /// <summary>Builds the documents of a window and hands each over; it is valid during the call only.</summary>
    public void Build(SampleWindow window, Action<ProfileDocument> send, CancellationToken cancellation)
    {
        ProcessEntry[] entries = new ProcessEntry[window.Processes.Length];
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = window.Processes[i].Entry;
        }

        _naming.Symbolizer.BeginWindow(entries, cancellation);
        OrderByProcess(window);
        StartDocument(window);
        int at = 0;
        for (int row = 0; row < entries.Length; row++)
        {
            int first = at;
            while (at < window.Stacks.Count && window.Stacks[_order[at]].Process == row)
            {
                at++;
            }

            AddProcess(window, row, _order.AsSpan(first, at - first), send);
        }

        if (_document.Count > 0)
        {
            send(_document);
        }

        _document.Clear();
    }

    private void AddProcess(SampleWindow window, int row, ReadOnlySpan<int> stacks, Action<ProfileDocument> send)
    {
        WindowProcess process = window.Processes[row];
        ProcessIdentity identity = _naming.Identifier.Identify(process.Entry);
        Profile profile = AddProfile(window, identity);
        long unnamed = 0;
        foreach (int stack in stacks)
        {
            if (_bytes > _bytesMax)
            {
                SetQuality(profile, window.Quality, process.Truncated, unnamed);
                send(_document);
                StartDocument(window);
                profile = AddProfile(window, identity);
                process.Truncated = unnamed = 0;
            }

            ref readonly StackRow source = ref window.Stacks[stack];
            unnamed += AddSample(window, profile, window.Stacks.FramesOf(source), source.Count);
        }

        if (process.Other > 0)
        {
            int location = _builder.Marker(FrameTable.Other);
            AddSample(profile, _document.Symbols.Stacks.Intern([location]), process.Other);
        }

        SetQuality(profile, window.Quality, process.Truncated, unnamed);
    }

    private void StartDocument(SampleWindow window)
    {
        _document.Clear();
        _builder.Attach(_document.Symbols);
        if (_locations.Length < window.Frames.Count)
        {
            _locations = new int[window.Frames.Count * 2];
            _unnamed = new bool[window.Frames.Count * 2];
        }

        Array.Clear(_locations);
        _bytes = 0;
    }

    private Profile AddProfile(SampleWindow window, ProcessIdentity identity)
    {
        StringTable strings = _document.Symbols.Strings;
        ProfileGroup group = _document.AddGroup();
        group.ScopeName = strings.Intern("hearth.collector"u8);
        AttributeSetWriter resource = new(_document.Symbols);
        resource.Add("service.name", _serviceName ?? identity.ServiceName);
        foreach ((string key, object value) in identity.Attributes)
        {
            resource.Add(key, value);
        }

        group.ResourceAttributes = resource.Complete();
        Profile profile = group.Add();
        Hearth.Profiles.Model.ValueType cpu = new(strings.Intern("cpu"u8), strings.Intern("nanoseconds"u8));
        profile.SampleTypes.Add(cpu);
        profile.PeriodType = cpu;
        profile.Period = _periodNanos;
        profile.TimeNanos = window.Span.StartUnixNanos;
        profile.DurationNanos = window.Span.DurationNanos;
        profile.ProfileId = NewId();
        _sampleOfStack.Clear();
        _bytes += GroupBytes;
        return profile;
    }

    private void SetQuality(Profile profile, in WindowQuality quality, long truncated, long unnamed)
    {
        AttributeSetWriter attributes = new(_document.Symbols);
        attributes.Add("hearth.lost_samples", quality.Lost);
        attributes.Add("hearth.truncated_stacks", truncated);
        attributes.Add("hearth.unnamed_frames", unnamed);
        attributes.Add("hearth.collector_cpu_ns", quality.CollectorCpuNanos);
        profile.AttributeSet = attributes.Complete();
    }

    /// <summary>Adds the samples of a stack; returns how many unnamed frames they have.</summary>
    private long AddSample(SampleWindow window, Profile profile, ReadOnlySpan<int> frames, long count)
    {
        if (_stack.Length < frames.Length)
        {
            _stack = new int[frames.Length * 2];
        }

        long unnamed = 0;
        for (int i = 0; i < frames.Length; i++)
        {
            int location = _locations[frames[i]];
            if (location == 0)
            {
                location = Locate(window.Frames[frames[i]], out bool named);
                _locations[frames[i]] = location;
                _unnamed[frames[i]] = !named;
                _bytes += LocationBytes;
            }

            _stack[i] = location;
            unnamed += _unnamed[frames[i]] ? count : 0;
        }

        ListTable stacks = _document.Symbols.Stacks;
        int before = stacks.Count;
        int stack = stacks.Intern(_stack.AsSpan(0, frames.Length));
        _bytes += stacks.Count > before ? frames.Length * StackItemBytes : 0;
        AddSample(profile, stack, count);
        return unnamed;
    }

    private void AddSample(Profile profile, int stack, long count)
    {
        long value = count * _periodNanos;
        if (_sampleOfStack.TryGetValue(stack, out int known))
        {
            // Different addresses of one JIT method end up as one stack.
            profile.Values[profile.Samples[known].ValueStart] += value;
            return;
        }

        int start = profile.Values.Add(value);
        _sampleOfStack.Add(stack, profile.Samples.Add(new Sample { Stack = stack, ValueStart = start, ValueCount = 1 }));
        _bytes += SampleBytes;
    }

    private int Locate(in FrameRow frame, out bool named)
    {
        if (frame.Marker is { } marker)
        {
            named = true;
            return _builder.Marker(marker);
        }

        if (frame.Process is not { } process)
        {
            _builder.BeginKernel();
            named = _naming.Symbolizer.ResolveKernel(frame.Address, _builder);
            return _builder.Complete("[kernel]"u8);
        }

        _builder.BeginUser(frame.Mapping, frame.Address);
        named = _naming.Symbolizer.ResolveUser(process, frame.Mapping, frame.Address, _builder);
        return _builder.Complete("[anonymous code]"u8);
    }

    /// <summary>Sorts the window's stacks by process, keeping their order (a counting sort).</summary>
    private void OrderByProcess(SampleWindow window)
    {
        int count = window.Stacks.Count;
        if (_order.Length < count)
        {
            _order = new int[count * 2];
        }

        int[] next = new int[window.Processes.Length + 1];
        for (int i = 0; i < count; i++)
        {
            next[window.Stacks[i].Process + 1]++;
        }

        for (int i = 1; i < next.Length; i++)
        {
            next[i] += next[i - 1];
        }

        for (int i = 0; i < count; i++)
        {
            _order[next[window.Stacks[i].Process]++] = i;
        }
    }

    private static UInt128 NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.NewGuid().TryWriteBytes(bytes);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
