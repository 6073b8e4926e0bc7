using FsCheck;
using FsCheck.Fluent;
using Hearth.Profiles.Formats;
using Hearth.Profiles.Formats.Otlp;
using Hearth.Profiles.Formats.Pprof;
using Hearth.Profiles.Model;
using Hearth.Testing;
using Hearth.Wire.Protobuf;
using Xunit;

namespace Hearth.Profiles.Tests.Formats;

public sealed class RoundTripTests
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(400).WithEndSize(600);

    [Fact]
    public void Pprof_AnyProfile_ReadsBackTheSame() =>
        Check(choices =>
        {
            ProfileDocument document = RandomDocument.LikePprof(choices);
            ProfileDocument again = ThroughPprof(document, document[0][0]);
            Assert.Equal(ProfileText.Of(document), ProfileText.Of(again));
        });

    [Fact]
    public void Otlp_AnyDocument_ReadsBackTheSame() =>
        Check(choices =>
        {
            ProfileDocument document = RandomDocument.LikeOtlp(choices);
            ProfileDocument again = ThroughOtlp(document);
            Assert.Equal(ProfileText.Of(document), ProfileText.Of(again));
        });

    [Fact]
    public void Otlp_SameDocumentTwice_GivesTheSameBytes() =>
        Check(choices =>
        {
            ProfileDocument document = RandomDocument.LikeOtlp(choices);
            Assert.Equal(WriteOtlp(document).ToArray(), WriteOtlp(document).ToArray());
        });

    [Fact]
    public void PprofToOtlpAndBack_AnyProfile_KeepsEverySampleType() =>
        Check(choices =>
        {
            ProfileDocument document = RandomDocument.LikePprof(choices);
            Profile profile = document[0][0];
            ProfileDocument otlp = ThroughOtlp(document);
            Assert.Equal(profile.SampleTypes.Count, otlp.ProfileCount);
            for (int type = 0; type < profile.SampleTypes.Count; type++)
            {
                ProfileDocument back = ThroughPprof(otlp, otlp[0][type]);
                IEnumerable<string> expected = ProfileText.Samples(document.Symbols, profile, type);
                expected = profile.SampleTypes.Count > 1 ? expected.Where(line => !line.StartsWith("0 ", Ordinal)) : expected;
                Assert.Equal(expected, ProfileText.Samples(back.Symbols, back[0][0], 0));
                Assert.Equal(ProfileText.Total(profile, type), ProfileText.Total(back[0][0], 0));
            }
        });

    [Fact]
    public void Read_SameDocumentForDifferentInputs_LeavesNothingBehind()
    {
        ProfileDocument reused = new();
        Check(choices =>
        {
            ProfileDocument document = RandomDocument.LikeOtlp(choices);
            ReadOnlyMemory<byte> bytes = WriteOtlp(document);
            Assert.True(OtlpProfilesReader.Read(bytes, reused, DecodeLimits.Default, new ProblemList()));
            Assert.Equal(ProfileText.Of(document), ProfileText.Of(reused));
            ProfileDocument pprof = RandomDocument.LikePprof(choices);
            ProtoWriter output = new();
            PprofWriter.Write(pprof, pprof[0][0], output);
            Assert.True(PprofReader.Read(output.WrittenMemory, reused, DecodeLimits.Default, new ProblemList()));
            Assert.Equal(ProfileText.Of(pprof), ProfileText.Of(reused));
        });
    }

    private static void Check(Action<byte[]> property) =>
        Prop.ForAll<byte[]>(choices => property(choices)).Check(Thorough);

    private static ReadOnlyMemory<byte> WriteOtlp(ProfileDocument document)
    {
        ProtoWriter output = new();
        OtlpProfilesWriter.Write(document, output);
        return output.WrittenMemory;
    }

    private static ProfileDocument ThroughOtlp(ProfileDocument document)
    {
        ProfileDocument again = new();
        ProblemList problems = new();
        Assert.True(OtlpProfilesReader.Read(WriteOtlp(document), again, DecodeLimits.Default, problems), problems.ToString());
        Assert.Equal("", problems.ToString());
        return again;
    }

    private static ProfileDocument ThroughPprof(ProfileDocument document, Profile profile)
    {
        ProtoWriter output = new();
        PprofWriter.Write(document, profile, output);
        ProfileDocument again = new();
        ProblemList problems = new();
        Assert.True(PprofReader.Read(output.WrittenMemory, again, DecodeLimits.Default, problems), problems.ToString());
        Assert.Equal("", problems.ToString());
        return again;
    }
}
