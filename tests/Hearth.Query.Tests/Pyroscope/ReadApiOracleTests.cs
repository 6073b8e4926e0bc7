using Hearth.Profiles.Labels;
using Hearth.Profiles.Types;
using Hearth.Query.Pyroscope.Messages.Querier;
using Hearth.Query.Tests.Hosting;
using Hearth.Testing;
using Xunit;

namespace Hearth.Query.Tests.Pyroscope;

/// <summary>Random data and random questions; a plain loop over the data says what each answer must be.</summary>
public sealed class ReadApiOracleTests(EngineFixture engine)
{
    private const long Base = 1_790_000_000_000;
    private const int Seed = 20260921;
    private static readonly string[] Services = ["api", "web", "batch"];
    private static readonly string[] Namespaces = ["prod", "dev"];
    private static readonly ulong[] SpanIds = [0, 0, 0, 0x1111, 0x2222];

    private static readonly string[] Stacks =
        ["main", "main;foo", "main;foo;bar", "main;foo>bar;baz", "main;zed", "rt;gc", "rt;gc>mark;scan", "main;foo;foo;foo", ""];

    [Fact]
    public async Task Answers_RandomDataAndQueries_EqualABruteForce()
    {
        await using QueryHost host = await QueryHost.StartAsync(engine);
        KnownData data = new();
        Random random = new(Seed);
        Fill(data, random);
        await data.WriteAsync(host);

        for (int round = 0; round < 40; round++)
        {
            Question question = Ask(random);
            KnownProfile[] matching = [.. data.Profiles.Where(p => p.Type == KnownData.Cpu && question.Matches(p))];
            await CheckGraphAsync(host, question, matching);
            await CheckSpansAsync(host, question, matching);
            await CheckSeriesAsync(host, question, matching);
        }
    }

    [Fact]
    public async Task Gauges_RandomDataAndQueries_AreMeansOfSnapshotsSummedOverSeries()
    {
        await using QueryHost host = await QueryHost.StartAsync(engine);
        KnownData data = new();
        Random random = new(Seed + 1);
        Fill(data, random);
        await data.WriteAsync(host);

        for (int round = 0; round < 15; round++)
        {
            Question question = Ask(random);
            KnownProfile[] matching = [.. data.Profiles.Where(p => p.Type == KnownData.Inuse && question.Matches(p))];
            await CheckGaugeAsync(host, question, matching);
        }
    }

    private static async Task CheckGraphAsync(QueryHost host, Question question, KnownProfile[] matching)
    {
        SelectMergeStacktracesResponse response = await host.ProtoAsync(
            "SelectMergeStacktraces", question.Graph(KnownData.Cpu), SelectMergeStacktracesResponse.Parser);

        SortedDictionary<string, long> expected = Merge(matching.SelectMany(p => p.Samples));
        Assert.Equal(expected, ClientTree.Selves(response.Flamegraph));
        Assert.Equal(matching.Sum(p => p.Samples.Sum(s => s.Value)), response.Flamegraph.Total);
    }

    private static async Task CheckSpansAsync(QueryHost host, Question question, KnownProfile[] matching)
    {
        SelectMergeStacktracesRequest request = question.Graph(KnownData.Cpu);
        SelectMergeSpanProfileRequest older = new()
        {
            ProfileTypeID = request.ProfileTypeID, LabelSelector = request.LabelSelector, Start = request.Start, End = request.End,
            SpanSelector = { "0000000000001111" },
        };
        request.SpanSelector.Add("0000000000001111");

        SelectMergeStacktracesResponse response = await host.ProtoAsync(
            "SelectMergeStacktraces", request, SelectMergeStacktracesResponse.Parser);
        SelectMergeSpanProfileResponse same = await host.ProtoAsync(
            "SelectMergeSpanProfile", older, SelectMergeSpanProfileResponse.Parser);

        Assert.Equal(Merge(matching.SelectMany(p => p.Samples).Where(s => s.Span == 0x1111)), ClientTree.Selves(response.Flamegraph));
        Assert.Equal(response.Flamegraph, same.Flamegraph);
    }

    private static async Task CheckSeriesAsync(QueryHost host, Question question, KnownProfile[] matching)
    {
        SelectSeriesResponse response = await host.ProtoAsync(
            "SelectSeries", question.Series(KnownData.Cpu, "namespace", "service_name"), SelectSeriesResponse.Parser);

        // Whatever the range and the step, the points add up to the flame graph.
        Assert.Equal(
            matching.Sum(p => p.Samples.Sum(s => s.Value)), (long)response.Series.Sum(s => s.Points.Sum(p => p.Value)));
        var expected = matching
            .GroupBy(p => $"{p.Labels["k8s.namespace.name"]}/{p.Service}", StringComparer.Ordinal)
            .Select(g => (Key: g.Key, Total: g.Sum(p => p.Samples.Sum(s => s.Value)), Points: question.Points(g)))
            .OrderByDescending(g => g.Total).ThenBy(g => g.Key, StringComparer.Ordinal).ToArray();
        Assert.Equal(expected.Select(g => g.Key), response.Series.Select(s => string.Join('/', s.Labels.Select(l => l.Value))));
        Assert.Equal(
            expected.Select(g => string.Join(' ', g.Points.Select(p => $"{p.Key}={p.Value}"))),
            response.Series.Select(s => string.Join(' ', s.Points.Select(p => $"{p.Timestamp}={p.Value}"))));
    }

    private static async Task CheckGaugeAsync(QueryHost host, Question question, KnownProfile[] matching)
    {
        SelectMergeStacktracesResponse graph = await host.ProtoAsync(
            "SelectMergeStacktraces", question.Graph(KnownData.Inuse), SelectMergeStacktracesResponse.Parser);
        SelectSeriesRequest whole = question.Series(KnownData.Inuse);
        whole.Step = 1e9;
        SelectSeriesResponse series = await host.ProtoAsync("SelectSeries", whole, SelectSeriesResponse.Parser);

        var bySeries = matching.GroupBy(p => p.Labels).ToArray();
        double mean = bySeries.Sum(s => s.Sum(p => p.Samples.Sum(x => x.Value)) / (double)s.Count());
        Assert.Equal(mean, series.Series.SelectMany(s => s.Points).Sum(p => p.Value), 6);

        // Each number of snapshots is rounded down once, not each stack.
        Assert.InRange(graph.Flamegraph.Total, mean - bySeries.Select(s => s.Count()).Distinct().Count(), mean + 1e-6);
        foreach ((string path, long value) in ClientTree.Selves(graph.Flamegraph))
        {
            double exact = bySeries.Sum(
                s => s.SelectMany(p => p.Samples).Where(x => Path(x.Stack) == path).Sum(x => x.Value) / (double)s.Count());
            Assert.InRange(value, exact - (2 * bySeries.Length) - 1, exact + (2 * bySeries.Length) + 1);
        }
    }

    private static SortedDictionary<string, long> Merge(IEnumerable<KnownSample> samples)
    {
        SortedDictionary<string, long> merged = new(StringComparer.Ordinal);
        foreach (KnownSample sample in samples.Where(s => s.Value > 0))
        {
            merged[Path(sample.Stack)] = merged.GetValueOrDefault(Path(sample.Stack)) + sample.Value;
        }

        return merged;
    }

    private static string Path(string stack) => stack.Length == 0 ? "[no stack]" : string.Join(';', KnownData.Functions(stack));

    private static void Fill(KnownData data, Random random)
    {
        for (int i = 0; i < 400; i++)
        {
            string service = Services[random.Next(Services.Length)];
            LabelSet labels = LabelSet.Of(
                ("service_name", service),
                ("k8s.namespace.name", Namespaces[random.Next(Namespaces.Length)]),
                ("k8s.pod.name", $"{service}-{random.Next(3)}"));
            KnownSample[] samples =
            [
                .. Enumerable.Range(0, random.Next(1, 5)).Select(_ => new KnownSample(
                    Stacks[random.Next(Stacks.Length)], random.Next(1, 1_000_000), SpanIds[random.Next(SpanIds.Length)])),
            ];
            data.Add(
                random.Next(4) == 0 ? KnownData.Inuse : KnownData.Cpu, labels, Base + random.Next(4 * 3_600_000), samples);
        }
    }

    private static Question Ask(Random random)
    {
        long start = Base + random.Next(-600_000, 4 * 3_600_000);
        (string Selector, Func<KnownProfile, bool> Matches)[] selectors =
        [
            ("", _ => true),
            ("{service_name=\"api\"}", p => p.Service == "api"),
            ("{service_name!=\"api\"}", p => p.Service != "api"),
            ("{service_name=~\"a.*|web\",}", p => p.Service is "api" or "web"),
            ("{namespace=\"prod\"}", p => p.Labels["k8s.namespace.name"] == "prod"),
            ("{service_name=\"web\", \"k8s.pod.name\"=\"web-1\"}", p => p.Labels["k8s.pod.name"] == "web-1"),
            ("{pod!~\".*-[01]\", namespace=\"dev\"}", p => p.Labels["k8s.pod.name"]![^1] == '2' && p.Labels["k8s.namespace.name"] == "dev"),
            ("{pod=~\"(api|batch)-(0|2)\"}", p => p.Labels["k8s.pod.name"] is "api-0" or "api-2" or "batch-0" or "batch-2"),
            ("{nothing=\"\"}", _ => true),
            ("{nothing=\"x\"}", _ => false),
        ];
        (string selector, Func<KnownProfile, bool> matches) = selectors[random.Next(selectors.Length)];
        return new Question(start, start + random.Next(1, 3 * 3_600_000), random.Next(1, 3_000) * 1_000L, selector, matches);
    }

    private sealed record Question(long Start, long End, long StepMs, string Selector, Func<KnownProfile, bool> Labels)
    {
        private long First => Start / 5_000 * 5;

        public bool Matches(KnownProfile profile) =>
            profile.Slot >= First && profile.Slot < Math.Max(End / 5_000 * 5, First + 5) && Labels(profile);

        public SelectMergeStacktracesRequest Graph(ProfileType type) => new()
        {
            ProfileTypeID = type.Id, LabelSelector = Selector, Start = Start, End = End,
        };

        public SelectSeriesRequest Series(ProfileType type, params string[] groupBy)
        {
            SelectSeriesRequest request = new()
            {
                ProfileTypeID = type.Id, LabelSelector = Selector, Start = Start, End = End, Step = StepMs / 1_000.0,
            };
            request.GroupBy.AddRange(groupBy);
            return request;
        }

        public SortedDictionary<long, double> Points(IEnumerable<KnownProfile> profiles)
        {
            SortedDictionary<long, double> points = [];
            foreach (KnownProfile profile in profiles)
            {
                long bucket = (profile.Slot - First) * 1_000 / StepMs;
                long timestamp = Math.Min(Start + ((bucket + 1) * StepMs), End);
                points[timestamp] = points.GetValueOrDefault(timestamp) + profile.Samples.Sum(s => s.Value);
            }

            return points;
        }
    }
}
