using System.Globalization;
using System.IO.Compression;
using Hearth.Profiles.Formats;
using Hearth.Profiles.Formats.Pprof;
using Hearth.Profiles.Model;
using Hearth.Testing;
using Hearth.Wire.Protobuf;
using Xunit;

namespace Hearth.Profiles.Tests.Formats.Pprof;

/// <summary>Files that real programs wrote, read by us and by the reference tool.</summary>
public sealed class PprofRealFilesTests
{
    public static TheoryData<string> Files() => [.. PprofFiles.Names];

    [Theory]
    [MemberData(nameof(Files))]
    public void Read_RealFile_IsTheGoldenSummary(string name)
    {
        ProfileDocument document = PprofFiles.Read(name);
        Golden.Verify($"pprof-{name}.txt", ProfileText.Summary(document, 20));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Write_RealFile_GoToolReadsTheSameAndOurTotalsAreIts(string name)
    {
        ProfileDocument document = PprofFiles.Read(name);
        Profile profile = document[0][0];
        string original = GoPprof.Raw(PprofFiles.PathOf(name));
        Assert.Equal(
            GoPprof.Totals(original), Enumerable.Range(0, profile.SampleTypes.Count).Select(type => ProfileText.Total(profile, type)));
        using TempFolder folder = new();
        Assert.Equal(original, GoPprof.Raw(Write(document, folder)));
    }

    [Theory]
    [InlineData("parca-alloc_objects.pb.gz")]
    [InlineData("profefe-collector_cpu_1.prof")]
    public void Write_RealFile_GoToolRanksTheSame(string name)
    {
        using TempFolder folder = new();
        Assert.Equal(GoPprof.Top(PprofFiles.PathOf(name)), GoPprof.Top(Write(PprofFiles.Read(name), folder)));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Write_RealFile_ReadsBackTheSame(string name)
    {
        ProfileDocument document = PprofFiles.Read(name);
        ProtoWriter output = new();
        PprofWriter.Write(document, document[0][0], output);
        ProfileDocument again = new();
        ProblemList problems = new();
        Assert.True(PprofReader.Read(output.WrittenMemory, again, DecodeLimits.Default, problems), problems.ToString());
        Assert.Equal(ProfileText.Of(document), ProfileText.Of(again));
    }

    [Fact]
    public void Write_MadeUpProfiles_GoToolReadsThemWithOurTotals()
    {
        using TempFolder folder = new();
        for (int seed = 0; seed < 5; seed++)
        {
            byte[] choices = new byte[2000];
            new Random(seed).NextBytes(choices);
            ProfileDocument document = RandomDocument.LikePprof(choices);
            long[] totals = new long[document[0][0].SampleTypes.Count];
            foreach (Sample sample in document[0][0].Samples.Span)
            {
                // The tool leaves out samples without a stack.
                for (int type = 0; type < totals.Length && sample.Stack != 0; type++)
                {
                    totals[type] += document[0][0].ValueOf(sample, type);
                }
            }

            Assert.Equal(totals, GoPprof.Totals(GoPprof.Raw(Write(document, folder))));
        }
    }

    [Fact]
    public void Read_FileOfTwoGzipMembers_IsTheSame()
    {
        byte[] plain = PprofFiles.Plain("profefe-collector_cpu_1.prof");
        using MemoryStream both = new();
        foreach (byte[] half in (byte[][])[plain[..1000], plain[1000..]])
        {
            using GZipStream gzip = new(both, CompressionLevel.Fastest, leaveOpen: true);
            gzip.Write(half);
        }

        ProfileDocument document = new();
        Assert.True(PprofReader.Read(both.ToArray(), document, DecodeLimits.Default, new ProblemList()));
        Assert.Equal(ProfileText.Of(PprofFiles.Read("profefe-collector_cpu_1.prof")), ProfileText.Of(document));
    }

    [Fact]
    public void Read_SameDocumentAgain_AllocatesNothing()
    {
        byte[] plain = PprofFiles.Plain("pprof-large.cpu");
        ProfileDocument document = new();
        ProblemList problems = new();
        for (int i = 0; i < 3; i++)
        {
            Assert.True(PprofReader.Read(plain, document, DecodeLimits.Default, problems));
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        PprofReader.Read(plain, document, DecodeLimits.Default, problems);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated == 0, string.Create(CultureInfo.InvariantCulture, $"{allocated} bytes"));
    }

    private static string Write(ProfileDocument document, TempFolder folder)
    {
        ProtoWriter output = new();
        PprofWriter.Write(document, document[0][0], output);
        string path = folder.At("written.pb");
        File.WriteAllBytes(path, output.Written);
        return path;
    }
}
