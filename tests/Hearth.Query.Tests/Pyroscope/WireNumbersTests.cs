using Google.Protobuf;
using Hearth.Profiles.Labels;
using Hearth.Query.Pyroscope.Messages.Querier;
using Hearth.Query.Pyroscope.Messages.Types;
using Hearth.Query.Tests.Hosting;
using Hearth.Testing;
using Xunit;

namespace Hearth.Query.Tests.Pyroscope;

/// <summary>Bytes as Grafana's client writes and reads them: the numbers that differ between siblings are easy to mix up.</summary>
public sealed class WireNumbersTests(EngineFixture engine)
{
    private const long Start = 1_790_000_100_000;

    public static TheoryData<string, string> Requests => new()
    {
        { "0a0174" + "120173" + "1807" + "2008" + "2809" + "3002" + "5a0178", Hex(new SelectMergeStacktracesRequest
        {
            ProfileTypeID = "t", LabelSelector = "s", Start = 7, End = 8, MaxNodes = 9, Format = ProfileFormat.Tree, SpanSelector = { "x" },
        }) },
        { "0a0174" + "120173" + "1a0178" + "2007" + "2808" + "3009" + "3802", Hex(new SelectMergeSpanProfileRequest
        {
            ProfileTypeID = "t", LabelSelector = "s", Start = 7, End = 8, MaxNodes = 9, Format = ProfileFormat.Tree, SpanSelector = { "x" },
        }) },
        { "0a0174" + "120173" + "1807" + "2008" + "2a0167" + "310000000000002e40" + "4805" + "5002", Hex(new SelectSeriesRequest
        {
            ProfileTypeID = "t", LabelSelector = "s", Start = 7, End = 8, GroupBy = { "g" }, Step = 15, Limit = 5,
            ExemplarType = ExemplarType.Individual,
        }) },
        { "12080a060a0161120162", Hex(new SeriesResponse
        {
            LabelsSet = { new Labels { Labels_ = { new LabelPair { Name = "a", Value = "b" } } } },
        }) },
        { "0a0131" + "120132" + "220133" + "2a0134" + "320135" + "3a0136", Hex(new ProfileType
        {
            ID = "1", Name = "2", SampleType = "3", SampleUnit = "4", PeriodType = "5", PeriodUnit = "6",
        }) },
        { "0a0161" + "12060a0400010200" + "1807" + "2008" + "2805" + "3006", Hex(new FlameGraphDiff
        {
            Names = { "a" }, Levels = { new Level { Values = { 0, 1, 2, 0 } } }, Total = 7, MaxSelf = 8, LeftTicks = 5, RightTicks = 6,
        }) },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void Messages_Encoded_HaveTheNumbersOfTheContract(string expected, string actual) => Assert.Equal(expected, actual);

    [Fact]
    public async Task Methods_Protobuf_AllAnswer()
    {
        await using QueryHost host = await QueryHost.StartAsync(engine);
        KnownData data = new();
        data.Add(KnownData.Cpu, LabelSet.Of(("service_name", "api"), ("k8s.pod.name", "a")), Start, new("main", 1), new("main;foo", 2));
        await data.WriteAsync(host);
        SelectMergeStacktracesRequest side = new() { ProfileTypeID = KnownData.Cpu.Id, Start = Start, End = Start + 15_000 };

        ProfileTypesResponse types = await host.ProtoAsync("ProfileTypes", new ProfileTypesRequest(), ProfileTypesResponse.Parser);
        LabelNamesResponse names = await host.ProtoAsync(
            "LabelNames", new LabelNamesRequest { Start = Start, End = Start + 1 }, LabelNamesResponse.Parser);
        LabelValuesResponse values = await host.ProtoAsync(
            "LabelValues", new LabelValuesRequest { Name = "pod", Start = Start, End = Start + 1 }, LabelValuesResponse.Parser);
        SeriesResponse series = await host.ProtoAsync(
            "Series", new SeriesRequest { LabelNames = { "pod" }, Start = Start, End = Start + 1 }, SeriesResponse.Parser);
        GetProfileStatsResponse stats = await host.ProtoAsync(
            "GetProfileStats", new GetProfileStatsRequest(), GetProfileStatsResponse.Parser);
        DiffResponse diff = await host.ProtoAsync("Diff", new DiffRequest { Left = side, Right = side }, DiffResponse.Parser);

        Assert.Equal(KnownData.Cpu.Id, types.ProfileTypes.Single().ID);
        Assert.Contains("pod", names.Names);
        Assert.Equal("a", values.Names.Single());
        Assert.Equal("pod=a", $"{series.LabelsSet.Single().Labels_.Single().Name}={series.LabelsSet[0].Labels_[0].Value}");
        Assert.Equal((true, Start, Start), (stats.DataIngested, stats.OldestProfileTime, stats.NewestProfileTime));
        Assert.Equal((6, 3, 3), (diff.Flamegraph.Total, diff.Flamegraph.LeftTicks, diff.Flamegraph.RightTicks));
    }

    private static string Hex(IMessage message) => Convert.ToHexStringLower(message.ToByteArray());
}
