using Hearth.Ingest.Shaping;
using Hearth.Profiles.Ids;
using Hearth.Profiles.Labels;
using Hearth.Profiles.Model;
using Hearth.Storage.Writing;
using Xunit;
using ValueType = Hearth.Profiles.Model.ValueType;

namespace Hearth.Ingest.Tests.Shaping;

public sealed class ProfileShaperTests
{
    private readonly DocumentBuilder _builder = new();
    private readonly ShapingFixture _fixture = new();

    [Fact]
    public void Shape_SameStackTwice_IsOneRowWithTheSum()
    {
        Profile profile = Add("shop");
        _builder.Sample(profile, _builder.Stack("leaf", "main"), 3);
        _builder.Sample(profile, _builder.Stack("leaf", "main"), 4);
        _builder.Sample(profile, _builder.Stack("other", "main"), 5);

        ShapedRows rows = _fixture.Shape(_builder.Document);

        Assert.Equal([7L, 5L], rows.Samples.Span.ToArray().Select(sample => sample.Value));
        Assert.Equal(12, rows.Profiles[0].Total);
        Assert.Equal(3u, rows.Profiles[0].Samples);
        Assert.True(_fixture.Refusals.IsEmpty);
    }

    [Fact]
    public void Shape_StackId_IsHashOfFrameIdsLeafFirst()
    {
        Profile profile = Add("shop");
        int stack = _builder.Stack("leaf", "main");
        _builder.Sample(profile, stack, 1);
        _fixture.Shape(_builder.Document);

        ulong leaf = ContentIds.FrameId(default, default, 0, false, default, [new FrameLine(Function("leaf"), 7, 0)]);
        ulong main = ContentIds.FrameId(default, default, 0, false, default, [new FrameLine(Function("main"), 7, 0)]);
        Assert.Equal(ContentIds.StackId([leaf, main]), _fixture.Shaper.Stacks.HashOf(stack));

        static ulong Function(string name) => ContentIds.FunctionId(System.Text.Encoding.UTF8.GetBytes(name), default, default, 0);
    }

    [Fact]
    public void Shape_SameCodeAtAnotherAddress_HasTheSameStack()
    {
        Profile profile = Add("shop");
        int first = _builder.Mapping("abcd", "/bin/shop", 0x1000, 0x9000, 0x100);
        int second = _builder.Mapping("abcd", "/bin/shop", 0x7000_1000, 0x7000_9000, 0x100);
        _builder.Sample(profile, _builder.Document.Symbols.Stacks.Add([_builder.Address(0x1234, first)]), 1);
        _builder.Sample(profile, _builder.Document.Symbols.Stacks.Add([_builder.Address(0x7000_1234, second)]), 2);

        ShapedRows rows = _fixture.Shape(_builder.Document);

        Assert.Equal(3, Assert.Single(rows.Samples.Span.ToArray()).Value);
        Assert.Equal(3, rows.Profiles[0].Unnamed);
    }

    [Fact]
    public void Shape_SamplesTimesPeriod_AreStoredAsNanoseconds()
    {
        Profile profile = _builder.Profile(_builder.Group(("service.name", "shop")), ShapingFixture.Now, "samples", "count");
        profile.Period = 50_000_000;
        _builder.Sample(profile, _builder.Stack("leaf"), 2);
        int events = profile.Timestamps.Add(1);
        profile.Timestamps.Add(2);
        profile.Timestamps.Add(3);
        profile.Samples.Add(new Sample { Stack = _builder.Stack("hot"), TimestampStart = events, TimestampCount = 3 });

        ShapedRows rows = _fixture.Shape(_builder.Document);

        Assert.Equal("process_cpu:cpu:nanoseconds:cpu:nanoseconds", rows.Lanes[0].Type.Id);
        Assert.Equal([100_000_000L, 150_000_000L], rows.Samples.Span.ToArray().Select(sample => sample.Value));
    }

    [Fact]
    public void Shape_ResourceAttributes_BecomeLabelsByTheAllowList()
    {
        ProfileGroup group = _builder.Group(
            ("service.name", "shop"), ("k8s.pod.name", "shop-1"), ("process.pid", 42), ("container.id", "ff"), ("service.version", "3"));
        _builder.Sample(_builder.Profile(group, ShapingFixture.Now), _builder.Stack("leaf"), 1);

        SeriesEntry series = _fixture.Shape(_builder.Document).Lanes[0].Series;

        LabelSet expected = LabelSet.Of(("service_name", "shop"), ("k8s.pod.name", "shop-1"), ("service.version", "3"));
        Assert.Equal(expected, series.Labels);
        Assert.Equal("shop", series.Service);
        Assert.Equal(ContentIds.SeriesId(expected), series.Series);
        Assert.Equal(ContentIds.SeriesId(LabelSet.Of(("service.version", "3"))), series.Group);
    }

    [Theory]
    [InlineData("shop", "bin", "shop")]
    [InlineData("", "bin", "unknown_service:bin")]
    [InlineData("  ", "bin", "unknown_service:bin")]
    [InlineData("", "", "unknown_service")]
    public void Shape_ServiceName_FallsBackToTheExecutable(string service, string executable, string expected)
    {
        ProfileGroup group = _builder.Group(("service.name", service), ("process.executable.name", executable));
        _builder.Sample(_builder.Profile(group, ShapingFixture.Now), _builder.Stack("leaf"), 1);

        SeriesEntry series = _fixture.Shape(_builder.Document).Lanes[0].Series;

        Assert.Equal(expected, series.Service);
        Assert.Equal(expected, series.Labels["service_name"]);
    }

    [Fact]
    public void Shape_SampleAttributes_SplitTheSeriesOnlyWhenAllowed()
    {
        Profile profile = Add("shop");
        int stack = _builder.Stack("leaf");
        _builder.Sample(profile, stack, 1, _builder.Attributes(("thread.id", 1), ("thread.name", "a")));
        _builder.Sample(profile, stack, 2, _builder.Attributes(("thread.id", 2), ("thread.name", "b")));
        _builder.Sample(profile, stack, 4, _builder.Attributes(("service.name", "inner")));
        _builder.Sample(profile, stack, 8, _builder.Attributes(("thread.id", 2), ("service.name", "inner")));

        ShapedRows rows = _fixture.Shape(_builder.Document);

        Assert.Equal([3L, 12L], rows.Samples.Span.ToArray().Select(sample => sample.Value));
        Assert.Equal(["shop", "inner"], rows.Profiles.Span.ToArray().Select(row => rows.Lanes[row.Lane].Series.Service));
        Assert.Equal([3L, 12L], rows.Profiles.Span.ToArray().Select(row => row.Total));
        Assert.NotEqual(rows.Profiles[0].Identity, rows.Profiles[1].Identity);
        Assert.Equal(1, rows.Pieces.Count);
    }

    [Fact]
    public void Shape_MoreSubSeriesThanAllowed_StayInTheOwnSeries()
    {
        ShapingFixture fixture = new(options => options.SubSeriesPerProfileMax = 3);
        Profile profile = Add("shop");
        int stack = _builder.Stack("leaf");
        for (int i = 0; i < 10; i++)
        {
            _builder.Sample(profile, stack, 1, _builder.Attributes(("service.namespace", $"n{i}")));
        }

        ShapedRows rows = fixture.Shape(_builder.Document);

        Assert.Equal(10, rows.Profiles.Span.ToArray().Sum(row => row.Total));
        Assert.Equal(3, rows.Profiles.Count);
        Assert.Equal(8, fixture.Refusals.Count(RefusalReason.TooManySeries));
        Assert.Equal(0, fixture.Refusals.Profiles);
        Assert.True(rows.Profiles[0].Flags.HasFlag(ProfileFlags.SeriesMerged));
    }

    [Fact]
    public void Shape_Links_KeepTheSpanApart()
    {
        Profile profile = Add("shop");
        int stack = _builder.Stack("leaf");
        int link = _builder.Link(0xABCD);
        _builder.Sample(profile, stack, 1);
        _builder.Sample(profile, stack, 2, 0, link);
        _builder.Sample(profile, stack, 4, 0, link);

        ShapedRows rows = _fixture.Shape(_builder.Document);

        Assert.Equal([(0ul, 1L), (0xABCDul, 6L)], rows.Samples.Span.ToArray().Select(sample => (sample.Span, sample.Value)));
    }

    [Fact]
    public void Shape_NegativeAndOverflowingValues_AreLeftOutAndCounted()
    {
        Profile profile = Add("shop");
        _builder.Sample(profile, _builder.Stack("a"), -5);
        _builder.Sample(profile, _builder.Stack("b"), long.MaxValue - 1);
        _builder.Sample(profile, _builder.Stack("c"), 3);
        _builder.Sample(profile, _builder.Stack("d"), 1);
        _builder.Sample(profile, _builder.Stack("e"), 0);

        ShapedRows rows = _fixture.Shape(_builder.Document);

        Assert.Equal(long.MaxValue, rows.Profiles[0].Total);
        Assert.Equal(1, _fixture.Refusals.Count(RefusalReason.NegativeValue));
        Assert.Equal(1, _fixture.Refusals.Count(RefusalReason.ValueOverflow));
        Assert.True(rows.Profiles[0].Flags.HasFlag(ProfileFlags.ValuesDropped));
        Assert.Equal(0, _fixture.Refusals.Profiles);
    }

    [Fact]
    public void Shape_DeepStack_KeepsTheLeafAndSaysItIsCut()
    {
        ShapingFixture fixture = new(options => options.StackDepthMax = 8);
        Profile profile = Add("shop");
        int stack = _builder.Stack([.. Enumerable.Range(0, 20).Select(i => $"f{i}")]);
        int exact = _builder.Stack([.. Enumerable.Range(0, 8).Select(i => $"f{i}")]);
        _builder.Sample(profile, stack, 1);
        _builder.Sample(profile, exact, 1);

        ShapedRows rows = fixture.Shape(_builder.Document);

        ReadOnlySpan<ulong> frames = fixture.Shaper.Stacks.FramesOf(stack);
        Assert.Equal(8, frames.Length);
        Assert.Equal(SymbolIds.Truncated.Frame, frames[^1]);
        Assert.Equal(1ul, rows.Profiles[0].Truncated);
        Assert.False(fixture.Shaper.Stacks.IsCut(exact));
    }

    [Fact]
    public void Shape_NoStack_IsNamedSo()
    {
        Profile profile = Add("shop");
        _builder.Sample(profile, 0, 9);

        ShapedRows rows = _fixture.Shape(_builder.Document);

        Assert.Equal(9, rows.Samples[0].Value);
        Assert.Equal([SymbolIds.Missing.Frame], _fixture.Shaper.Stacks.FramesOf(0).ToArray());
    }

    [Theory]
    [InlineData(-3601, 1)]
    [InlineData(-3599, 0)]
    [InlineData(599, 0)]
    [InlineData(601, 1)]
    public void Shape_StartOutsideTheWindow_IsRefused(int seconds, int refused)
    {
        Profile profile = _builder.Profile(_builder.Group(), ShapingFixture.Now.AddSeconds(seconds));
        _builder.Sample(profile, _builder.Stack("leaf"), 1);

        ShapedRows rows = _fixture.Shape(_builder.Document);

        Assert.Equal(refused, _fixture.Refusals.Profiles);
        Assert.Equal(1 - refused, rows.Pieces.Count);
    }

    [Fact]
    public void Shape_StartMissing_TakesTheTimeOfReceipt()
    {
        Profile profile = _builder.Profile(_builder.Group(), DateTimeOffset.UnixEpoch);
        _builder.Sample(profile, _builder.Stack("leaf"), 1);

        ShapedRows rows = _fixture.Shape(_builder.Document);

        Assert.Equal(ShapingFixture.Now.ToUnixTimeSeconds() - 3, rows.Lanes[0].SlotSeconds);
        Assert.True(rows.Profiles[0].Flags.HasFlag(ProfileFlags.TimeOfReceipt));
    }

    [Fact]
    public void Shape_SeveralSampleTypes_AreSeparatePieces()
    {
        Profile profile = _builder.Profile(_builder.Group(("service.name", "shop")), ShapingFixture.Now, "alloc_objects", "count");
        StringTable strings = _builder.Document.Symbols.Strings;
        profile.SampleTypes.Add(new ValueType(strings.Intern("alloc_space"), strings.Intern("bytes")));
        profile.PeriodType = new ValueType(strings.Intern("space"), strings.Intern("bytes"));
        profile.Samples.Add(new Sample { Stack = _builder.Stack("leaf"), ValueStart = profile.Values.AddRange([3, 4096]), ValueCount = 2 });
        profile.Samples.Add(new Sample { Stack = _builder.Stack("none"), ValueStart = profile.Values.AddRange([0, 100]), ValueCount = 2 });

        ShapedRows rows = _fixture.Shape(_builder.Document, ProfileSource.Pprof);

        Assert.Equal(2, rows.Pieces.Count);
        Assert.Equal([3L, 4196L], rows.Profiles.Span.ToArray().Select(row => row.Total));
        Assert.Equal(2, rows.Pieces.Span.ToArray().Select(piece => piece.Identity).Distinct().Count());
        Assert.Equal(
            ["memory:alloc_objects:count:space:bytes", "memory:alloc_space:bytes:space:bytes"],
            rows.Lanes.Span.ToArray().Select(lane => lane.Type.Id));
    }

    [Fact]
    public void Shape_LimitsOnLabelsAndSamples_RefuseWithASentence()
    {
        ShapingFixture fixture = new(options =>
        {
            options.LabelValueBytesMax = 16;
            options.LabelsPerSeriesMax = 3;
            options.SamplesPerProfileMax = 1;
        });
        _builder.Profile(_builder.Group(("service.name", new string('x', 17))), ShapingFixture.Now);
        _builder.Profile(
            _builder.Group(("service.a", "1"), ("service.b", "1"), ("service.c", "1"), ("service.d", "1")), ShapingFixture.Now);
        Profile large = _builder.Profile(_builder.Group(("service.name", "shop")), ShapingFixture.Now);
        _builder.Sample(large, _builder.Stack("a"), 1);
        _builder.Sample(large, _builder.Stack("b"), 1);

        ShapedRows rows = fixture.Shape(_builder.Document);

        Assert.Equal(0, rows.Pieces.Count);
        Assert.Equal(3, fixture.Refusals.Profiles);
        Assert.Equal(
            "A profile has 2 samples; 1 are allowed. A series has 4 labels; 3 are allowed. "
                + "The value of label service_name has 17 bytes; 16 are allowed.",
            fixture.Refusals.ToString());
    }

    [Fact]
    public void Shape_QualityAttributes_GoToTheProfileRow()
    {
        Profile profile = Add("shop");
        profile.AttributeSet = _builder.Attributes(("hearth.lost_samples", 17), ("hearth.truncated_stacks", 4));
        _builder.Sample(profile, _builder.Stack("leaf"), 1);

        ShapedProfile row = _fixture.Shape(_builder.Document).Profiles[0];

        Assert.Equal(17ul, row.Lost);
        Assert.Equal(4ul, row.Truncated);
    }

    private Profile Add(string service) => _builder.Profile(_builder.Group(("service.name", service)), ShapingFixture.Now);
}
