using FsCheck;
using FsCheck.Fluent;
using Hearth.Ingest.Shaping;
using Hearth.Profiles.Ids;
using Hearth.Profiles.Model;
using Xunit;

namespace Hearth.Ingest.Tests.Shaping;

/// <summary>Shaping against a slow and obvious oracle, over documents made from a seed.</summary>
public sealed class ShapingProperties
{
    private static readonly string[] Names = ["a", "b", "c", "d", "e"];

    [Fact]
    public void Shape_AnyDocument_ConservesTotalsToTheUnit() =>
        Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), (int seed) =>
        {
            RandomDocument random = new(seed);
            ShapingFixture fixture = new();
            ShapedRows rows = fixture.Shape(random.Builder.Document);
            Assert.Equal(random.Total, rows.Samples.Span.ToArray().Aggregate(Int128.Zero, (sum, row) => sum + row.Value));
            Assert.Equal(random.Total, rows.Profiles.Span.ToArray().Aggregate(Int128.Zero, (sum, row) => sum + row.Total));
            Assert.Equal(random.Negative, fixture.Refusals.Count(RefusalReason.NegativeValue));
            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Shape_AnyDocument_EqualsTheOracleRowByRow() =>
        Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), (int seed) =>
        {
            RandomDocument random = new(seed);
            ShapingFixture fixture = new();
            ShapedRows rows = fixture.Shape(random.Builder.Document);
            List<string> actual = [];
            for (int piece = 0; piece < rows.Pieces.Count; piece++)
            {
                ShapedPiece at = rows.Pieces[piece];
                foreach (ShapedSample row in rows.Samples.Slice(at.SampleStart, at.SampleCount))
                {
                    ShapedLane lane = rows.Lanes[row.Lane];
                    UInt128 stack = fixture.Shaper.Stacks.HashOf(row.Stack);
                    actual.Add($"{piece} {lane.Series.Service} {lane.SlotSeconds} {stack:x} {row.Span} {row.Value}");
                }
            }

            Assert.Equal(random.Expected(), actual.Order(StringComparer.Ordinal));
            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Shape_UsedAgain_GivesWhatAFreshShaperGives() =>
        Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), Arb.From(Gen.Choose(0, int.MaxValue)), (int first, int second) =>
        {
            ShapingFixture reused = new();
            reused.Shape(new RandomDocument(first).Builder.Document);
            ShapedRows again = reused.Shape(new RandomDocument(second).Builder.Document);
            ShapedRows fresh = new ShapingFixture().Shape(new RandomDocument(second).Builder.Document);
            Assert.Equal(fresh.Samples.Span.ToArray(), again.Samples.Span.ToArray());
            Assert.Equal(fresh.Pieces.Span.ToArray(), again.Pieces.Span.ToArray());
            Assert.Equal(fresh.Profiles.Span.ToArray(), again.Profiles.Span.ToArray());
            return true;
        }).QuickCheckThrowOnFailure();

    /// <summary>A document made from a seed, and what it must become, worked out with dictionaries and text.</summary>
    private sealed class RandomDocument
    {
        private readonly Dictionary<string, long> _expected = [];
        private readonly Dictionary<int, UInt128> _hashes = [];

        public RandomDocument(int seed)
        {
            Random random = new(seed);
            int[] stacks = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => Stack(random))];
            int piece = 0;
            for (int i = random.Next(1, 5); i > 0; i--)
            {
                string service = "s" + random.Next(3);
                ProfileGroup group = Builder.Group(("service.name", service), ("process.pid", random.Next()));
                for (int j = random.Next(1, 4); j > 0; j--)
                {
                    DateTimeOffset start = ShapingFixture.Now.AddSeconds(-random.Next(60));
                    bool counts = random.Next(2) == 0;
                    Profile profile = counts
                        ? Builder.Profile(group, start, "samples", "count")
                        : Builder.Profile(group, start);
                    for (int k = random.Next(30); k > 0; k--)
                    {
                        Sample(random, profile, stacks, service, piece, counts ? profile.Period : 1);
                    }

                    piece++;
                }
            }
        }

        public DocumentBuilder Builder { get; } = new();

        public Int128 Total { get; private set; }

        public int Negative { get; private set; }

        public IEnumerable<string> Expected() =>
            _expected.Select(row => $"{row.Key} {row.Value}").Order(StringComparer.Ordinal);

        private int Stack(Random random)
        {
            string[] names = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Names[random.Next(Names.Length)])];
            int stack = Builder.Stack(names);
            ulong[] frames = [.. names.Select(name => ContentIds.FrameId(
                default, default, 0, false, default, [new FrameLine(ContentIds.FunctionId([(byte)name[0]], default, default, 0), 7, 0)]))];
            _hashes[stack] = ContentIds.StackId(frames);
            return stack;
        }

        private void Sample(Random random, Profile profile, int[] stacks, string service, int piece, long multiplier)
        {
            int stack = stacks[random.Next(stacks.Length)];
            long value = random.Next(20) == 0 ? -random.Next(1, 9) : random.Next(0, 1000);
            ulong span = random.Next(4) == 0 ? (ulong)random.Next(1, 3) : 0;
            string own = random.Next(4) == 0 ? "inner" : service;
            int attributes = own == service
                ? Builder.Attributes(("thread.id", random.Next()))
                : Builder.Attributes(("service.name", own));
            Builder.Sample(profile, stack, value, attributes, span == 0 ? 0 : Builder.Link(span));
            if (value < 0)
            {
                Negative++;
            }
            else if (value > 0)
            {
                long slot = profile.TimeNanos / 5_000_000_000 * 5;
                string key = $"{piece} {own} {slot} {_hashes[stack]:x} {span}";
                _expected[key] = _expected.GetValueOrDefault(key) + (value * multiplier);
                Total += value * multiplier;
            }
        }
    }
}
