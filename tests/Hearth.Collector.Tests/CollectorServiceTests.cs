using Hearth.Load;
using Hearth.Profiles.Formats;
using Hearth.Profiles.Formats.Otlp;
using Hearth.Profiles.Model;
using Hearth.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Hearth.Collector.Tests;

[Collection(LiveCollection.Name)]
public sealed class CollectorServiceTests(LivePrograms programs)
{
    [Fact]
    public async Task Run_RealMachineAndReceiver_SendsNamedAlignedProfilesAndStopsInTime()
    {
        LivePrograms.RequireRoot();
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(60));
        using CancellationTokenSource stop = new();
        await using Receiver receiver = await Receiver.StartAsync();
        using Workload workload = await Workload.StartAsync(programs.Split, "30");
        CollectorOptions options = new() { FrequencyHz = 97, WindowSeconds = 2, Ingest = receiver.Address, SendJitterSeconds = 0 };
        Task<int> run = CollectorService.RunAsync(options, TimeProvider.System, NullLoggerFactory.Instance, stop.Token);
        for (int i = 0; i < 3; i++)
        {
            await receiver.WaitAsync(deadline.Token);
        }

        long asked = System.Diagnostics.Stopwatch.GetTimestamp();
        await stop.CancelAsync();
        Assert.Equal(0, await run);
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(asked) < TimeSpan.FromSeconds(4.5));

        byte[][] requests = [.. receiver.Requests];
        ProfileDocument document = Read(requests[1]);
        (Profile profile, string names) = Find(document, workload.Pid);
        Assert.Equal(0, profile.TimeNanos % 2_000_000_000);
        Assert.Equal(2_000_000_000, profile.DurationNanos);
        Assert.Equal(1_000_000_000 / 97, profile.Period);
        Assert.NotEqual(UInt128.Zero, profile.ProfileId);
        Assert.Contains("work_large", names);
        Assert.Contains("main", names);
        long nanos = profile.Values.Span.ToArray().Sum();
        Assert.Equal(0, nanos % profile.Period);
        Assert.InRange(nanos, 10_000_000, 2_200_000_000);
        Assert.Equal("cpu", document.Symbols.Strings.GetString(profile.SampleTypes[0].Type));
        string[] quality = [.. document.Symbols.AttributeSets[profile.AttributeSet].ToArray()
            .Select(row => document.Symbols.Strings.GetString(document.Symbols.Attributes[row].Key))];
        Assert.Equal(
            ["hearth.collector_cpu_ns", "hearth.lost_samples", "hearth.truncated_stacks", "hearth.unnamed_frames"], quality.Order());
    }

    [Fact]
    public async Task Run_ReceiverAbsent_StopsWithinItsTime()
    {
        CollectorOptions options = new() { WindowSeconds = 1, Ingest = new Uri("http://127.0.0.1:9"), ShutdownSeconds = 1 };
        using CancellationTokenSource stop = new(TimeSpan.FromSeconds(3));
        Task<int> run = CollectorService.RunAsync(options, TimeProvider.System, NullLoggerFactory.Instance, stop.Token);
        Assert.Equal(0, await run.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Run_InvalidOptions_ReturnsOne()
    {
        CollectorOptions options = new() { FrequencyHz = 5000 };
        Assert.Equal(1, await CollectorService.RunAsync(options, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None));
    }

    [Fact]
    public async Task Run_DotnetWorkload_ShowsItsMethods()
    {
        LivePrograms.RequireRoot();
        string configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        string program = Require.Existing(
            Path.Combine(Repository.Root, "artifacts", "bin", "Hearth.Workload", configuration, "hearth-workload"));
        using Capture capture = Capture.Start(
            97, CollectorParts.Create(new CollectorOptions(), TimeProvider.System, NullLoggerFactory.Instance));
        using Workload workload = await Workload.StartAsync(program, "4");
        await workload.EndAsync();
        await capture.StopAsync();
        long all = workload.Truth.Keys.Sum(method => capture.SamplesIn(workload.Pid, method));
        Assert.True(all > 300, $"Only {all} samples in the workload's methods.");
        foreach ((string method, long nanos) in workload.Truth)
        {
            double truth = (double)nanos / workload.TruthNanos;
            double shown = (double)capture.SamplesIn(workload.Pid, method) / all;
            Assert.InRange(shown, truth - (4 * Math.Sqrt(truth * (1 - truth) / all)), truth + (4 * Math.Sqrt(truth * (1 - truth) / all)));
        }
    }

    private static ProfileDocument Read(byte[] request)
    {
        ProfileDocument document = new();
        ProblemList problems = new();
        Assert.True(OtlpProfilesReader.Read(request, document, new DecodeLimits(), problems), problems.ToString());
        Assert.Equal(0, problems.Count);
        return document;
    }

    private static (Profile Profile, string Names) Find(ProfileDocument document, int pid)
    {
        SymbolTable symbols = document.Symbols;
        for (int g = 0; g < document.Count; g++)
        {
            foreach (int row in symbols.AttributeSets[document[g].ResourceAttributes])
            {
                if (symbols.Strings.GetString(symbols.Attributes[row].Key) == "process.pid" && symbols.Attributes[row].Number == pid)
                {
                    IEnumerable<int> locations = document[g][0].Samples.Span.ToArray().SelectMany(s => symbols.Stacks[s.Stack].ToArray());
                    return (document[g][0], string.Join(' ', locations.Select(l => Name(symbols, symbols.Locations[l])).Distinct()));
                }
            }
        }

        throw new InvalidOperationException($"No profile of process {pid}.");
    }

    private static string Name(SymbolTable symbols, Location location) => location.LineCount == 0
        ? string.Empty
        : symbols.Strings.GetString(symbols.Functions[symbols.LinesOf(location)[0].Function].Name);
}
