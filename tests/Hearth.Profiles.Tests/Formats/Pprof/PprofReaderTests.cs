using System.IO.Compression;
using Hearth.Profiles.Formats;
using Hearth.Profiles.Formats.Pprof;
using Hearth.Profiles.Model;
using Hearth.Testing;
using Hearth.Wire.Protobuf;
using Xunit;

namespace Hearth.Profiles.Tests.Formats.Pprof;

public sealed class PprofReaderTests
{
    private readonly ProfileDocument _document = new();
    private readonly ProblemList _problems = new();

    [Fact]
    public void Read_SmallFile_IsTheGoldenText()
    {
        Assert.True(Read(PprofBytes.Small()));
        Assert.Equal(0, _problems.Count);
        Golden.Verify("pprof-small.txt", ProfileText.Of(_document));
    }

    [Fact]
    public void Read_FieldsInReverseOrder_SaysTheSame()
    {
        Assert.True(Read(PprofBytes.Small()));
        string expected = ProfileText.Of(_document);
        PprofBytes reversed = new PprofBytes()
            .Strings("", "samples", "count", "/bin/app", "main", "work")
            .Function(2, 5).Function(1, 4)
            .Location(2, 1, 2).Location(1, 1, 1)
            .Mapping(1, 3)
            .Sample(s =>
            {
                s.PackedInt64(2, [7]);
                s.PackedInt64(1, [2, 1]);
            })
            .ValueType(1, 1, 2);
        Assert.True(Read(reversed));
        Assert.Equal(expected, ProfileText.Of(_document));
    }

    [Fact]
    public void Read_UnpackedNumbers_SaysTheSame()
    {
        Assert.True(Read(PprofBytes.Small()));
        string expected = ProfileText.Of(_document);
        PprofBytes unpacked = new PprofBytes()
            .ValueType(1, 1, 2)
            .Sample(s =>
            {
                s.VarintAlways(1, 2);
                s.VarintAlways(2, 7);
                s.VarintAlways(1, 1);
            })
            .Mapping(1, 3).Location(1, 1, 1).Location(2, 1, 2).Function(1, 4).Function(2, 5)
            .Strings("", "samples", "count", "/bin/app", "main", "work");
        Assert.True(Read(unpacked));
        Assert.Equal(expected, ProfileText.Of(_document));
    }

    [Fact]
    public void Read_IdsFarApart_AreFound()
    {
        PprofBytes sparse = new PprofBytes().ValueType(1, 1, 2).Strings("", "samples", "count", "f");
        for (int i = 1; i <= 300; i++)
        {
            long id = unchecked(i * 0x1234_5678_9ABC_DEF1);
            sparse.Function(id, 3).Location(id, 0, id).Sample(s => PprofBytes.Sample(s, [id], [1]));
        }

        Assert.True(Read(sparse), _problems.ToString());
        Assert.Equal(300, _document[0][0].Samples.Count);
        Assert.Equal(301, _document.Symbols.Stacks.Count);
    }

    /// <summary>What refuses a file, with the problem it is refused by.</summary>
    public static TheoryData<string> Refusals() =>
    [
        "pprof-string-zero", "pprof-string-index", "pprof-function-id-zero", "pprof-location-id-zero", "pprof-mapping-id-zero",
        "pprof-function-id-twice", "pprof-location-id-twice", "pprof-mapping-id-twice", "pprof-function-reference",
        "pprof-no-sample-types", "pprof-concatenated", "pprof-malformed",
    ];

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Read_FileThatCannotBeTrusted_IsRefused(string problem)
    {
        PprofBytes bytes = problem switch
        {
            "pprof-string-zero" => new PprofBytes().Strings("samples", "count"),
            "pprof-string-index" => PprofBytes.Small().Function(9, 700),
            "pprof-function-id-zero" => PprofBytes.Small().Function(0, 4),
            "pprof-location-id-zero" => PprofBytes.Small().Location(0, 1, 1),
            "pprof-mapping-id-zero" => PprofBytes.Small().Mapping(0, 3),
            "pprof-function-id-twice" => PprofBytes.Small().Function(2, 4),
            "pprof-location-id-twice" => PprofBytes.Small().Location(2, 1, 1),
            "pprof-mapping-id-twice" => PprofBytes.Small().Mapping(1, 3),
            "pprof-function-reference" => PprofBytes.Small().Location(9, 1, 77),
            "pprof-no-sample-types" => new PprofBytes().Sample(s => PprofBytes.Sample(s, [], [])),
            "pprof-concatenated" => new PprofBytes().Raw(o =>
            {
                o.Int64(9, 1);
                o.Int64(9, 2);
            }),
            _ => new PprofBytes().Raw(o => o.Raw([0xFF])),
        };
        Assert.False(Read(bytes));
        Assert.True(_problems.Has(problem), _problems.ToString());
        Assert.Equal(0, _document.ProfileCount);
    }

    [Theory]
    [InlineData("pprof-location-reference")]
    [InlineData("pprof-value-count")]
    [InlineData("pprof-label-string")]
    public void Read_OneBadSample_DropsThatSample(string problem)
    {
        PprofBytes bytes = PprofBytes.Small().Sample(s => PprofBytes.Sample(s, [1], [5])).Sample(s =>
        {
            long[] locations = problem == "pprof-location-reference" ? [1, 99] : [1];
            PprofBytes.Sample(s, locations, problem == "pprof-value-count" ? [1, 2, 3] : [1]);
            int label = s.Begin(3);
            s.Int64(1, problem == "pprof-label-string" ? 99 : 6);
            s.End(label);
        });
        Assert.True(Read(bytes), _problems.ToString());
        Assert.Equal(1, _problems.CountOf(problem));
        Profile profile = _document[0][0];
        Assert.Equal(1, profile.DroppedSamples);
        Assert.Equal(2, profile.Samples.Count);
        Assert.Equal(12, ProfileText.Total(profile, 0));
        Assert.Equal(2, profile.Values.Count);
    }

    [Fact]
    public void Read_UnknownMapping_IsNone()
    {
        Assert.True(Read(PprofBytes.Small().Location(9, 55, 1)));
        Assert.Equal(1, _problems.CountOf("pprof-mapping-reference"));
        Assert.Equal(0, _document.Symbols.Locations[3].Mapping);
    }

    [Fact]
    public void Read_TextThatIsNotUtf8_IsKeptAndReported()
    {
        Assert.True(Read(PprofBytes.Small().Raw(o => o.BytesAlways(6, [0xC3, 0x28]))));
        Assert.Equal(1, _problems.CountOf("pprof-string-utf8"));
        Assert.Equal([0xC3, 0x28], _document.Symbols.Strings[7].ToArray());
    }

    [Fact]
    public void Read_SpanLabels_BecomeALink()
    {
        PprofBytes bytes = new PprofBytes()
            .ValueType(1, 1, 2)
            .Sample(s =>
            {
                PprofBytes.Sample(s, [], [7]);
                Label(s, 3, 4);
                Label(s, 5, 6);
            })
            .Strings("", "samples", "count", "trace_id", "0af7651916cd43dd8448eb211c80319c", "span_id", "b7ad6b7169203331");
        Assert.True(Read(bytes), _problems.ToString());
        Sample sample = _document[0][0].Samples[0];
        Link link = _document.Symbols.Links[sample.Link];
        Assert.Equal(0xB7AD_6B71_6920_3331, link.SpanId);
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", link.TraceId.ToString("x32", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(0, sample.AttributeSet);
    }

    [Fact]
    public void Read_DeepStack_KeepsTheInnermostFrames()
    {
        PprofBytes bytes = PprofBytes.Small().Sample(s => PprofBytes.Sample(s, [.. Enumerable.Repeat(1L, 50), 2], [1]));
        Assert.True(PprofReader.Read(bytes.ToArray(), _document, new DecodeLimits { StackDepthMax = 10 }, _problems));
        Assert.Equal(1, _problems.CountOf("pprof-stack-depth"));
        Assert.Equal(10, _document.Symbols.Stacks[_document[0][0].Samples[1].Stack].Length);
    }

    [Fact]
    public void Read_CountsAboveTheLimits_AreRefused()
    {
        byte[] bytes = PprofBytes.Small().Sample(s => PprofBytes.Sample(s, [1], [1])).ToArray();
        foreach ((DecodeLimits limits, string problem) in new (DecodeLimits, string)[]
        {
            (new() { SamplesMax = 1 }, "pprof-too-many-samples"),
            (new() { TableRowsMax = 1 }, "pprof-too-many-functions"),
            (new() { StringsMax = 3 }, "pprof-too-many-strings"),
            (new() { LinesMax = 1 }, "pprof-too-many-lines"),
            (new() { StackLocationsMax = 1 }, "pprof-too-many-stack-locations"),
            (new() { ValuesMax = 1 }, "pprof-too-many-values"),
            (new() { BytesMax = bytes.Length - 1 }, "pprof-too-large"),
        })
        {
            _problems.Clear();
            Assert.False(PprofReader.Read(bytes, _document, limits, _problems));
            Assert.True(_problems.Has(problem), $"{problem}: {_problems}");
        }
    }

    [Fact]
    public void Read_GzipBomb_StopsAtTheLimit()
    {
        using MemoryStream bomb = new();
        using (GZipStream gzip = new(bomb, CompressionLevel.Optimal, leaveOpen: true))
        {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 200; i++)
            {
                gzip.Write(zeros);
            }
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(PprofReader.Read(bomb.ToArray(), _document, new DecodeLimits { BytesMax = 1 << 20 }, _problems));
        Assert.True(_problems.Has("pprof-too-large"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }

    [Fact]
    public void Read_EmptyAndCutOffGzip_AreRefused()
    {
        Assert.False(PprofReader.Read(default, _document, DecodeLimits.Default, _problems));
        Assert.True(_problems.Has("pprof-empty"));
        Assert.False(PprofReader.Read(new byte[] { 0x1F, 0x8B, 8, 0, 0, 0 }, _document, DecodeLimits.Default, _problems));
        Assert.True(_problems.Has("pprof-gzip"));
    }

    [Fact]
    public void Read_ManyBadSamples_KeepsFewWords()
    {
        PprofBytes bytes = PprofBytes.Small();
        for (int i = 0; i < 5000; i++)
        {
            bytes.Sample(s => PprofBytes.Sample(s, [99], [1]));
        }

        Assert.True(Read(bytes));
        Assert.Equal(5000, _problems.CountOf("pprof-location-reference"));
        Assert.Equal(ProblemList.KeptMax, _problems.Kept.Count);
        Assert.Equal(5000, _document[0][0].DroppedSamples);
    }

    private static void Label(ProtoWriter sample, long key, long text)
    {
        int label = sample.Begin(3);
        sample.Int64(1, key);
        sample.Int64(2, text);
        sample.End(label);
    }

    private bool Read(PprofBytes bytes) => PprofReader.Read(bytes.ToArray(), _document, DecodeLimits.Default, _problems);
}
