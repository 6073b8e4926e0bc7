using Hearth.Profiles.Formats;
using Hearth.Profiles.Formats.Pprof;
using Hearth.Profiles.Model;
using Hearth.Testing;
using Hearth.Wire.Compression;
using Xunit;

namespace Hearth.Profiles.Tests.Formats.Pprof;

/// <summary>The real pprof files.</summary>
internal static class PprofFiles
{
    public static readonly string[] Names =
    [
        "parca-1644509272337470000.pb.gz", "parca-1644509275338070000.pb.gz", "parca-1644509278338696000.pb.gz",
        "parca-1644509281339135000.pb.gz", "parca-1644509284338649000.pb.gz", "parca-1644509287338709000.pb.gz",
        "parca-1644509290338056000.pb.gz", "parca-1644509293338714000.pb.gz", "parca-1644509296350592000.pb.gz",
        "parca-1644509299337903000.pb.gz", "parca-alloc_objects.pb.gz", "parca-profile-with-labels.pb.gz",
        "pprof-large.cpu", "profefe-collector_cpu_1.prof", "profefe-collector_cpu_2.prof", "profefe-collector_cpu_3.prof",
    ];

    public static string PathOf(string name) => Repository.SharedData($"pprof/{name}");

    public static byte[] Plain(string name)
    {
        byte[] bytes = File.ReadAllBytes(PathOf(name));
        using PooledBuffer plain = new();
        Assert.Equal(DecompressResult.Ok, Gzip.Decompress(bytes, plain, 1 << 28));
        return plain.Written.ToArray();
    }

    public static ProfileDocument Read(string name)
    {
        ProfileDocument document = new();
        ProblemList problems = new();
        Assert.True(PprofReader.Read(File.ReadAllBytes(PathOf(name)), document, DecodeLimits.Default, problems), problems.ToString());
        Assert.Equal(0, problems.Count);
        return document;
    }
}
