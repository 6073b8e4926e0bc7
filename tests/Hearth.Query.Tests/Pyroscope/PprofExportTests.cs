using System.Globalization;
using System.Text.RegularExpressions;
using Hearth.Profiles.Labels;
using Hearth.Query.Pyroscope.Messages.Querier;
using Hearth.Query.Pyroscope.Messages.Types;
using Hearth.Query.Tests.Hosting;
using Hearth.Testing;
using Xunit;
using PprofMessage = Hearth.Query.Pyroscope.Messages.Pprof.Profile;

namespace Hearth.Query.Tests.Pyroscope;

public sealed partial class PprofExportTests(EngineFixture engine, SharedHost shared) : IClassFixture<SharedHost>
{
    private const long Start = 1_790_000_100_000;

    [Fact]
    public async Task SelectMergeProfile_GoToolPprof_PrintsOurTotals()
    {
        string go = Require.Tool("go");
        QueryHost host = await FilledAsync();
        PprofMessage profile = await host.ProtoAsync("SelectMergeProfile", Request(), PprofMessage.Parser);
        SelectMergeStacktracesResponse graph = await host.ProtoAsync(
            "SelectMergeStacktraces",
            new SelectMergeStacktracesRequest { ProfileTypeID = KnownData.Cpu.Id, Start = Start, End = Start + 60_000 },
            SelectMergeStacktracesResponse.Parser);
        using TempFolder folder = new();
        string file = System.IO.Path.Combine(folder.Path, "merged.pprof");
        await File.WriteAllBytesAsync(file, Google.Protobuf.MessageExtensions.ToByteArray(profile), QueryHost.Token);

        string top = Tool.Run(
            go, "tool", "pprof", "-top", "-nodecount=100", "-nodefraction=0", "-edgefraction=0", "-unit=ns", "-symbolize=none", file);

        Dictionary<string, (long Flat, long Cumulative)> printed = TopRow().Matches(top).ToDictionary(
            m => m.Groups["name"].Value.Replace(" (inline)", "", StringComparison.Ordinal),
            m => (Number(m.Groups["flat"]), Number(m.Groups["cum"])), StringComparer.Ordinal);
        SortedDictionary<string, long> selves = ClientTree.Selves(graph.Flamegraph);
        string[] names = [.. graph.Flamegraph.Names.Skip(1)];
        Assert.Equal(names.Order(StringComparer.Ordinal), printed.Keys.Order(StringComparer.Ordinal));
        Assert.All(names, name =>
        {
            Assert.Equal(selves.Where(s => s.Key.Split(';')[^1] == name).Sum(s => s.Value), printed[name].Flat);
            Assert.Equal(selves.Where(s => s.Key.Split(';').Contains(name)).Sum(s => s.Value), printed[name].Cumulative);
        });
        Assert.Contains($"{graph.Flamegraph.Total}ns total", top, StringComparison.Ordinal);
        Assert.Contains("Type: cpu", top, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SelectMergeProfile_WholeRange_HasOneTypeAndFullSymbols()
    {
        QueryHost host = await FilledAsync();

        PprofMessage profile = await host.ProtoAsync("SelectMergeProfile", Request(), PprofMessage.Parser);

        string Text(long index) => profile.StringTable[(int)index];
        Assert.Equal("", profile.StringTable[0]);
        Assert.Equal("cpu/nanoseconds", $"{Text(profile.SampleType.Single().Type)}/{Text(profile.SampleType[0].Unit)}");
        Assert.Equal("cpu/nanoseconds", $"{Text(profile.PeriodType.Type)}/{Text(profile.PeriodType.Unit)}");
        Assert.Equal((Start * 1_000_000, 60_000_000_000), (profile.TimeNanos, profile.DurationNanos));
        Assert.Equal(44, profile.Sample.Sum(s => s.Value.Single()));
        Assert.Equal("/usr/bin/app abc123", $"{Text(profile.Mapping.Single().Filename)} {Text(profile.Mapping[0].BuildId)}");
        Assert.Contains(profile.Location, l => l.Line.Count == 2 && l.Line[0].Line_ == 10);
        Assert.All(profile.Function, f => Assert.Equal("app.cs", Text(f.Filename)));
    }

    [Fact]
    public async Task SelectMergeProfile_Cut_ReplacesLeavesByOtherAndKeepsTheTotal()
    {
        QueryHost host = await FilledAsync();
        SelectMergeProfileRequest request = Request();
        request.MaxNodes = 2;

        PprofMessage profile = await host.ProtoAsync("SelectMergeProfile", request, PprofMessage.Parser);

        Assert.Equal(44, profile.Sample.Sum(s => s.Value.Single()));
        Assert.Contains("other", profile.StringTable);
        Assert.True(profile.Location.Count <= 4, $"{profile.Location.Count} locations");
    }

    [Fact]
    public async Task SelectMergeProfile_CallSiteAndLeaves_KeepWhatWasAskedFor()
    {
        QueryHost host = await FilledAsync();
        SelectMergeProfileRequest request = Request();
        request.StackTraceSelector = new StackTraceSelector { GoPgo = new GoPGO { KeepLocations = 1, AggregateCallees = true } };
        request.StackTraceSelector.CallSite.Add(new Location { Name = "main" });

        PprofMessage profile = await host.ProtoAsync("SelectMergeProfile", request, PprofMessage.Parser);

        Assert.Equal(40, profile.Sample.Sum(s => s.Value.Single()));
        Assert.All(profile.Sample, s => Assert.Single(s.LocationId));
        Assert.Contains(profile.Location, l => l.Line is [{ Line_: 0 }]);
    }

    [Fact]
    public async Task Formats_AllFour_AgreeOnTheTotal()
    {
        QueryHost host = await FilledAsync();
        SelectMergeStacktracesRequest request = new() { ProfileTypeID = KnownData.Cpu.Id, Start = Start, End = Start + 60_000 };

        request.Format = ProfileFormat.Pprof;
        SelectMergeStacktracesResponse pprof = await MergeAsync(host, request);
        request.Format = ProfileFormat.Tree;
        SelectMergeStacktracesResponse tree = await MergeAsync(host, request);
        request.Format = ProfileFormat.Dot;
        SelectMergeStacktracesResponse dot = await MergeAsync(host, request);

        Assert.Equal(44, pprof.Pprof.Profile.Sample.Sum(s => s.Value.Single()));
        Assert.Equal([0, 0, 2], tree.Tree.Take(3));
        Assert.Contains("Total: 44ns", dot.Dot, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SelectMergeProfile_Json_IsTheSameMessage()
    {
        QueryHost host = await FilledAsync();

        System.Text.Json.JsonElement body = await host.OkAsync(
            "SelectMergeProfile",
            $"{{\"profile_typeID\":\"{KnownData.Cpu.Id}\",\"start\":{Start},\"end\":{Start + 60_000},\"maxNodes\":500}}");

        Assert.Equal(44, body.GetProperty("sample").EnumerateArray()
            .Sum(s => long.Parse(s.GetProperty("value")[0].GetString()!, CultureInfo.InvariantCulture)));
    }

    private static Task<SelectMergeStacktracesResponse> MergeAsync(QueryHost host, SelectMergeStacktracesRequest request) =>
        host.ProtoAsync("SelectMergeStacktraces", request, SelectMergeStacktracesResponse.Parser);

    private static SelectMergeProfileRequest Request() =>
        new() { ProfileTypeID = KnownData.Cpu.Id, LabelSelector = "{}", Start = Start, End = Start + 60_000 };

    private static long Number(Group group) =>
        long.Parse(group.Value.Replace("ns", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*(?<flat>\d+(ns)?)\s+\S+%\s+\S+%\s+(?<cum>\d+(ns)?)\s+\S+%\s+(?<name>.+?)\s*$", RegexOptions.Multiline)]
    private static partial Regex TopRow();

    private Task<QueryHost> FilledAsync() => shared.GetAsync(engine, data =>
    {
        LabelSet api = LabelSet.Of(("service_name", "api"));
        data.Add(KnownData.Cpu, api, Start, new("main;foo", 3), new("main;foo>bar;baz", 17), new("main;zed;zed;zed", 2));
        data.Add(KnownData.Cpu, api, Start + 15_000, new("main;foo", 8), new("rt;gc", 4));
        data.Add(KnownData.Cpu, LabelSet.Of(("service_name", "web")), Start + 15_000, new KnownSample("main;foo", 10));
    });
}
