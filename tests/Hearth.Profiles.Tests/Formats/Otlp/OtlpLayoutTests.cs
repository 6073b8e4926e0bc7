using Hearth.Profiles.Formats;
using Hearth.Profiles.Formats.Otlp;
using Hearth.Profiles.Model;
using Hearth.Testing;
using Hearth.Wire.Protobuf;
using Xunit;

namespace Hearth.Profiles.Tests.Formats.Otlp;

/// <summary>Requests in the layouts before v1.10, which nothing on the wire marks.</summary>
public sealed class OtlpLayoutTests
{
    private readonly ProfileDocument _document = new();
    private readonly ProblemList _problems = new();

    [Fact]
    public void Read_RealFileOfAnOlderLayout_IsRefusedByName()
    {
        // Its name says v1.9, but its profile ids are in field 8, where v1.8 had them.
        byte[] request = File.ReadAllBytes(Repository.SharedData("otlp/sig-profiling-profile-v1.9.otlp"));
        Assert.True(OtlpProfilesReader.Read(request, _document, DecodeLimits.Default, _problems), _problems.ToString());
        Assert.Equal(1, _problems.CountOf("otlp-layout-old"));
        Assert.Equal(0, _document.ProfileCount);
        Assert.True(_document.RefusedProfiles > 0);
        Assert.Contains(
            _problems.Kept,
            problem => problem.Id == "otlp-layout-old" && problem.Message.Contains("(v1.8 or older)", StringComparison.Ordinal));
    }

    /// <summary>What samples of v1.8 and v1.9 look like: values 2, attributes 3, link 4, times 5.</summary>
    public static TheoryData<string> OldSamples() =>
        ["one value", "value and attributes", "times and link", "events with values", "values outside the attributes"];

    [Theory]
    [MemberData(nameof(OldSamples))]
    public void Read_SampleOfV19_IsRefused(string what)
    {
        byte[] request = Request(sample =>
        {
            sample.Int64(1, 1);
            switch (what)
            {
                case "one value":
                    sample.PackedInt64(2, [1]);
                    break;
                case "value and attributes":
                    sample.PackedInt64(2, [1]);
                    sample.PackedInt64(3, [1]);
                    break;
                case "times and link":
                    sample.Int64(4, 1);
                    Times(sample, 1);
                    break;
                case "events with values":
                    sample.PackedInt64(2, [1, 1]);
                    Times(sample, 2);
                    break;
                default:
                    sample.PackedInt64(2, [900]);
                    Times(sample, 1);
                    break;
            }
        });
        Assert.True(OtlpProfilesReader.Read(request, _document, DecodeLimits.Default, _problems), _problems.ToString());
        Assert.True(_problems.Has("otlp-layout-old"), _problems.ToString());
        Assert.Equal(0, _document.ProfileCount);
        Assert.Equal(1, _document.RefusedProfiles);
    }

    [Fact]
    public void Read_SampleOfV110WithTimesAndAttributesOnly_IsTaken()
    {
        byte[] request = Request(sample =>
        {
            sample.Int64(1, 1);
            sample.PackedInt64(2, [1]);
            Times(sample, 3);
        });
        Assert.True(OtlpProfilesReader.Read(request, _document, DecodeLimits.Default, _problems));
        Assert.Equal("", _problems.ToString());
        Assert.Equal(3, ProfileText.Total(_document[0][0], 0));
    }

    [Fact]
    public void Read_ProfileOfV17_IsRefused()
    {
        ProtoWriter request = new();
        int resource = request.Begin(1);
        int scope = request.Begin(2);
        int profile = request.Begin(2);
        request.PackedInt32(3, [1, 2]);
        request.Int64(4, 1_700_000_000_000_000_000);
        request.End(profile);
        request.End(scope);
        request.End(resource);
        Assert.True(OtlpProfilesReader.Read(request.WrittenMemory, _document, DecodeLimits.Default, _problems), _problems.ToString());
        Assert.True(_problems.Has("otlp-layout-old"), _problems.ToString());
        Assert.Equal(1, _document.RefusedProfiles);
    }

    private static void Times(ProtoWriter sample, int count)
    {
        int list = sample.Begin(5);
        for (int i = 0; i < count; i++)
        {
            sample.RawFixed64(1_700_000_000_000_000_000 + (ulong)i);
        }

        sample.End(list);
    }

    private static byte[] Request(Action<ProtoWriter> sample)
    {
        ProtoWriter request = new();
        int resource = request.Begin(1);
        int scope = request.Begin(2);
        int profile = request.Begin(2);
        int type = request.Begin(1);
        request.Int64(1, 1);
        request.Int64(2, 2);
        request.End(type);
        int item = request.Begin(2);
        sample(request);
        request.End(item);
        request.Fixed64(3, 1_700_000_000_000_000_000);
        request.End(profile);
        request.End(scope);
        request.End(resource);
        int dictionary = request.Begin(2);
        foreach (int table in (int[])[1, 2, 3, 4, 6, 7])
        {
            request.BytesAlways(table, default);
        }

        foreach (string text in (string[])["", "samples", "count", "thread.name"])
        {
            request.StringAlways(5, text);
        }

        request.BytesAlways(2, default); // an unnamed location
        request.BytesAlways(4, default);
        int attribute = request.Begin(6);
        request.Int64(1, 3);
        request.End(attribute);
        int stack = request.Begin(7);
        request.PackedInt32(1, [1]);
        request.End(stack);
        request.End(dictionary);
        return request.Written.ToArray();
    }
}
