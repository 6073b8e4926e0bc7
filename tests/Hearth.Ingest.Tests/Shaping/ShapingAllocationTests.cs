using Hearth.Ingest.Committing;
using Hearth.Ingest.Shaping;
using Hearth.Profiles.Formats;
using Hearth.Profiles.Formats.Pprof;
using Hearth.Profiles.Model;
using Hearth.Testing;
using Xunit;

namespace Hearth.Ingest.Tests.Shaping;

/// <summary>Bytes to rows of real files: what is allocated the second time does not grow with the samples, and no value is lost.</summary>
public sealed class ShapingAllocationTests
{
    private const int BytesPerProfileMax = 2048;

    [Theory]
    [InlineData("pprof/pprof-large.cpu", 20_000)]
    [InlineData("pprof/profefe-collector_cpu_1.prof", 500)]
    [InlineData("pprof/parca-alloc_objects.pb.gz", 1000)]
    public void Shape_RealFileAgain_AllocatesNothingPerSample(string file, int samplesMin)
    {
        byte[] bytes = File.ReadAllBytes(Repository.SharedData(file));
        IngestOptions options = new() { PastSecondsMax = int.MaxValue };
        ProfileDocument document = new();
        ProblemList problems = new();
        RefusalList refusals = new();
        ProfileShaper shaper = new(options);
        PendingBatch batch = new();
        BatchAppender appender = new(options, new KnownSymbols(1 << 20));
        int[] pieces = [];
        long allocated = 0;
        for (int round = 0; round < 3; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.True(PprofReader.Read(bytes, document, DecodeLimits.Default, problems));
            shaper.Shape(document, ProfileSource.Pprof, TimeProvider.System.GetUtcNow(), refusals);
            batch.Clear();
            appender.Append(batch, shaper, document, pieces);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            pieces = [.. Enumerable.Range(0, shaper.Rows.Pieces.Count)];
        }

        Assert.True(document[0][0].Samples.Count >= samplesMin);
        Assert.InRange(allocated, 0, BytesPerProfileMax);
        Assert.True(refusals.IsEmpty, refusals.ToString());
        Assert.Equal(shaper.Rows.Samples.Count, batch.Rows.Samples.Rows);
    }

    [Theory]
    [InlineData("pprof/pprof-large.cpu")]
    [InlineData("pprof/parca-alloc_objects.pb.gz")]
    [InlineData("pprof/parca-profile-with-labels.pb.gz")]
    public void Shape_RealFile_TotalsOfEveryTypeStay(string file)
    {
        ProfileDocument document = new();
        Assert.True(PprofReader.Read(File.ReadAllBytes(Repository.SharedData(file)), document, DecodeLimits.Default, new ProblemList()));
        ShapingFixture fixture = new(options => options.PastSecondsMax = int.MaxValue);
        ShapedRows rows = fixture.Shape(document, ProfileSource.Pprof);

        Profile profile = document[0][0];
        Assert.Equal(profile.SampleTypes.Count, rows.Pieces.Count);
        for (int type = 0; type < profile.SampleTypes.Count; type++)
        {
            long expected = 0;
            foreach (Sample sample in profile.Samples.Span)
            {
                expected += profile.ValueOf(sample, type);
            }

            ShapedPiece piece = rows.Pieces[type];
            long multiplier = rows.Lanes[rows.Profiles[piece.ProfileStart].Lane].Type.MultiplierFor(profile.Period);
            expected *= multiplier;
            Assert.Equal(expected, rows.Samples.Slice(piece.SampleStart, piece.SampleCount).ToArray().Sum(row => row.Value));
            Assert.Equal(expected, rows.Profiles.Slice(piece.ProfileStart, piece.ProfileCount).ToArray().Sum(row => row.Total));
        }
    }
}
