using Google.Protobuf;
using Hearth.Profiles.Formats;
using Hearth.Profiles.Formats.Otlp;
using Hearth.Profiles.Model;
using Hearth.Profiles.Tests.Formats.Otlp.Reference;
using Hearth.Testing;
using Hearth.Wire.Protobuf;
using Xunit;
using Attribute = Hearth.Profiles.Model.Attribute;

namespace Hearth.Profiles.Tests.Formats.Otlp;

/// <summary>Requests that another library wrote, right and wrong.</summary>
public sealed class OtlpProfilesReaderTests
{
    private readonly ProfileDocument _document = new();
    private readonly ProblemList _problems = new();

    [Fact]
    public void Read_FullRequest_IsTheGoldenText()
    {
        Read(Full());
        Assert.Equal("", _problems.ToString());
        Golden.Verify("otlp-full.txt", ProfileText.Of(_document));
    }

    [Fact]
    public void Read_DictionaryInFront_SaysTheSame()
    {
        Request request = Full();
        Read(request);
        string expected = ProfileText.Of(_document);
        byte[] reordered = [
            .. new Request { Dictionary = request.Dictionary }.ToByteArray(),
            .. new Request { ResourceProfiles = { request.ResourceProfiles } }.ToByteArray(),
        ];
        Assert.True(OtlpProfilesReader.Read(reordered, _document, DecodeLimits.Default, _problems));
        Assert.Equal(expected, ProfileText.Of(_document));
    }

    [Fact]
    public void Read_UnknownFields_AreSkipped()
    {
        Request request = Full();
        Read(request);
        string expected = ProfileText.Of(_document);
        ProtoWriter unknown = new();
        unknown.Int64(900, 5);
        unknown.String(901, "future");
        unknown.Fixed64(902, 7);
        byte[] bytes = [.. request.ToByteArray(), .. unknown.Written];
        Assert.True(OtlpProfilesReader.Read(bytes, _document, DecodeLimits.Default, _problems));
        Assert.Equal(expected, ProfileText.Of(_document));
        Assert.Equal("", _problems.ToString());
    }

    [Fact]
    public void Read_EmptyRequest_IsNothing()
    {
        Assert.True(OtlpProfilesReader.Read(default, _document, DecodeLimits.Default, _problems));
        Assert.Equal(0, _document.Count);
        Assert.Equal(0, _problems.Count);
    }

    [Theory]
    [InlineData("key", "service.name", 0)]
    [InlineData("index", "", 3)]
    [InlineData("both", "service.name", 3)]
    public void Read_EveryFormOfAKey_IsUnderstood(string form, string key, int index)
    {
        Request request = Full();
        request.Dictionary.StringTable[3] = form == "both" ? "stale" : "service.name";
        KeyValue attribute = request.ResourceProfiles[0].Resource.Attributes[0];
        attribute.Key = key;
        attribute.KeyStrindex = index;
        Read(request);
        Assert.True(_document.Symbols.TryGetAttribute(_document[0].ResourceAttributes, "service.name"u8, out Attribute found));
        Assert.Equal("shop", _document.Symbols.Strings.GetString(found.Text));
    }

    [Fact]
    public void Read_ArrayWithIndexedStrings_IsKeptWithTheStringsInPlace()
    {
        Request request = Full();
        ArrayValue items = new() { Values = { new AnyValue { StringValueStrindex = 4 }, new AnyValue { IntValue = 7 } } };
        AnyValue list = new() { ArrayValue = items };
        AnyValue map = new() { KvlistValue = new() { Values = { new KeyValue { KeyStrindex = 4, Value = list } } } };
        request.ResourceProfiles[0].Resource.Attributes.Add(new KeyValue { Key = "nested", Value = map });
        Read(request);
        Assert.True(_document.Symbols.TryGetAttribute(_document[0].ResourceAttributes, "nested"u8, out Attribute found));
        AnyValue kept = AnyValue.Parser.ParseFrom(_document.Symbols.Strings[found.Text]);
        Assert.Equal(request.Dictionary.StringTable[4], kept.KvlistValue.Values[0].Key);
        Assert.Equal(request.Dictionary.StringTable[4], kept.KvlistValue.Values[0].Value.ArrayValue.Values[0].StringValue);
        Assert.Equal(7, kept.KvlistValue.Values[0].Value.ArrayValue.Values[1].IntValue);
    }

    /// <summary>What drops a sample, with the problem it is dropped by.</summary>
    public static TheoryData<string> Drops() =>
    [
        "otlp-sample-stack", "otlp-sample-link", "otlp-sample-attribute", "otlp-sample-shape", "otlp-location-reference",
        "otlp-function-reference", "otlp-mapping-reference", "otlp-stack-reference", "otlp-attribute-string",
    ];

    [Theory]
    [MemberData(nameof(Drops))]
    public void Read_BadReference_DropsTheSamplesThatUseIt(string problem)
    {
        Request request = Full();
        Reference.Dictionary tables = request.Dictionary;
        Reference.Sample sample = new() { StackIndex = 1, Values = { 100 } };
        switch (problem)
        {
            case "otlp-sample-stack":
                sample.StackIndex = 77;
                break;
            case "otlp-sample-link":
                sample.LinkIndex = -1;
                break;
            case "otlp-sample-attribute":
                sample.AttributeIndices.Add(99);
                break;
            case "otlp-sample-shape":
                sample.Values.Add(2);
                break;
            case "otlp-attribute-string":
                tables.AttributeTable.Add(new KeyValueAndUnit { KeyStrindex = 500 });
                sample.AttributeIndices.Add(tables.AttributeTable.Count - 1);
                break;
            default:
                AddBadStack(tables, problem);
                sample.StackIndex = tables.StackTable.Count - 1;
                break;
        }

        request.ResourceProfiles[0].ScopeProfiles[0].Profiles[0].Samples.Add(sample);
        Read(request);
        Assert.Equal(1, _problems.CountOf(problem));
        Assert.Equal(1, _document[0][0].DroppedSamples);
        Assert.Equal(2, _document[0][0].Samples.Count);
        Assert.Equal(12, ProfileText.Total(_document[0][0], 0));
    }

    [Fact]
    public void Read_ProfileWithoutSampleType_IsRefusedAlone()
    {
        Request request = Full();
        request.ResourceProfiles[0].ScopeProfiles[0].Profiles.Insert(
            0, new Reference.Profile { Samples = { new Reference.Sample() { Values = { 1 } } } });
        Read(request);
        Assert.Equal(1, _problems.CountOf("otlp-sample-type"));
        Assert.Equal(1, _document.RefusedProfiles);
        Assert.Equal(1, _document.ProfileCount);
        Assert.Equal(12, ProfileText.Total(_document[0][0], 0));
    }

    [Fact]
    public void Read_ZeroEntriesLeftOut_IndexZeroIsTheFirstEntry()
    {
        Request request = new()
        {
            Dictionary = new()
            {
                StringTable = { "samples", "count", "main" },
                FunctionTable = { new Reference.Function { NameStrindex = 2 } },
                LocationTable = { new Reference.Location { Address = 16, Lines = { new Reference.Line() { Line_ = 3 } } } },
                StackTable = { new Reference.Stack { LocationIndices = { 0 } } },
                LinkTable = { LinkOf(9) },
            },
            ResourceProfiles = { ResourceOf(new Reference.Profile
            {
                SampleType = new Reference.ValueType { UnitStrindex = 1 },
                Samples = { new Reference.Sample { Values = { 4 } } },
            }) },
        };
        Read(request);
        Assert.True(_problems.Has("otlp-zero-entry"));
        string sample = Assert.Single(ProfileText.Samples(_document.Symbols, _document[0][0], 0));
        Assert.Equal("4 [10@() 0-0+0 <main|||0 3:0>] {}", sample);
        Assert.Equal("samples", _document.Symbols.Strings.GetString(_document[0][0].SampleTypes[0].Type));
    }

    [Fact]
    public void Read_BuildIdsOfEveryKind_GnuIsTheOne()
    {
        Request request = Full();
        Reference.Dictionary tables = request.Dictionary;
        foreach (string kind in (string[])["htlhash", "go", "gnu"])
        {
            tables.StringTable.Add($"process.executable.build_id.{kind}");
            tables.AttributeTable.Add(new KeyValueAndUnit
            {
                KeyStrindex = tables.StringTable.Count - 1,
                Value = new AnyValue { StringValue = $"id-{kind}" },
            });
            tables.MappingTable[1].AttributeIndices.Clear();
            tables.MappingTable[1].AttributeIndices.Add(tables.AttributeTable.Count - 1);
            Read(request);
            Assert.Equal($"id-{kind}", _document.Symbols.Strings.GetString(_document.Symbols.Mappings[1].BuildId));
            ProtoWriter output = new();
            OtlpProfilesWriter.Write(_document, output);
            Reference.Dictionary written = Request.Parser.ParseFrom(output.Written).Dictionary;
            int index = Assert.Single(written.MappingTable[1].AttributeIndices);
            Assert.Equal($"process.executable.build_id.{kind}", written.StringTable[written.AttributeTable[index].KeyStrindex]);
        }
    }

    [Fact]
    public void Read_CountsAboveTheLimits_AreRefused()
    {
        byte[] bytes = Full().ToByteArray();
        foreach ((DecodeLimits limits, string problem) in new (DecodeLimits, string)[]
        {
            (new() { SamplesMax = 1 }, "otlp-too-many-samples"),
            (new() { ProfilesMax = 0 }, "otlp-too-many-profiles"),
            (new() { TableRowsMax = 1 }, "otlp-too-many-locations"),
            (new() { MappingsMax = 1 }, "otlp-too-many-mappings"),
            (new() { StringsMax = 3 }, "otlp-too-many-strings"),
            (new() { LinesMax = 1 }, "otlp-too-many-lines"),
            (new() { StackLocationsMax = 1 }, "otlp-too-many-stack-locations"),
            (new() { ValuesMax = 1 }, "otlp-too-many-values"),
            (new() { BytesMax = bytes.Length - 1 }, "otlp-too-large"),
        })
        {
            _problems.Clear();
            Assert.False(OtlpProfilesReader.Read(bytes, _document, limits, _problems));
            Assert.True(_problems.Has(problem), $"{problem}: {_problems}");
            Assert.Equal(0, _document.Count);
        }
    }

    [Fact]
    public void Read_SameDocumentAgain_AllocatesNothing()
    {
        byte[] bytes = Full().ToByteArray();
        for (int i = 0; i < 3; i++)
        {
            OtlpProfilesReader.Read(bytes, _document, DecodeLimits.Default, _problems);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        OtlpProfilesReader.Read(bytes, _document, DecodeLimits.Default, _problems);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Write_SameDocumentAgain_AllocatesNothing()
    {
        Read(Full());
        ProtoWriter output = new();
        for (int i = 0; i < 3; i++)
        {
            output.Reset();
            OtlpProfilesWriter.Write(_document, output);
        }

        output.Reset();
        long before = GC.GetAllocatedBytesForCurrentThread();
        OtlpProfilesWriter.Write(_document, output);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void AddBadStack(Reference.Dictionary tables, string problem)
    {
        if (problem == "otlp-mapping-reference")
        {
            tables.MappingTable.Add(new Reference.Mapping { FilenameStrindex = 500 });
        }
        else if (problem == "otlp-function-reference")
        {
            tables.FunctionTable.Add(new Reference.Function { NameStrindex = 500 });
        }

        Reference.Location location = new() { MappingIndex = problem == "otlp-location-reference" ? 500 : 0 };
        location.MappingIndex = problem == "otlp-mapping-reference" ? tables.MappingTable.Count - 1 : location.MappingIndex;
        int function = problem == "otlp-function-reference" ? tables.FunctionTable.Count - 1 : 1;
        location.Lines.Add(new Reference.Line { FunctionIndex = function });
        tables.LocationTable.Add(location);
        int index = problem == "otlp-stack-reference" ? 500 : tables.LocationTable.Count - 1;
        tables.StackTable.Add(new Reference.Stack { LocationIndices = { 1, index } });
    }

    private static Reference.Dictionary FullTables() => new()
    {
        StringTable = { "", "samples", "count", "thread.name", "worker", "/bin/app", "main", "main.c", "profile.frame.type", "native" },
        MappingTable =
        {
            new Reference.Mapping(),
            new Reference.Mapping { MemoryStart = 0x1000, MemoryLimit = 0x9000, FilenameStrindex = 5 },
        },
        FunctionTable = { new Reference.Function(), new Reference.Function { NameStrindex = 6, FilenameStrindex = 7, StartLine = 3 } },
        LinkTable = { new Reference.Link(), LinkOf(7) },
        AttributeTable =
        {
            new KeyValueAndUnit(),
            new KeyValueAndUnit { KeyStrindex = 3, Value = new AnyValue { StringValueStrindex = 4 } },
            new KeyValueAndUnit { KeyStrindex = 8, Value = new AnyValue { StringValue = "native" } },
            new KeyValueAndUnit { KeyStrindex = 4, Value = new AnyValue { DoubleValue = 1.5 }, UnitStrindex = 2 },
        },
        LocationTable =
        {
            new Reference.Location(),
            new Reference.Location
            {
                MappingIndex = 1,
                Address = 0x1234,
                AttributeIndices = { 2, 3 },
                Lines =
                {
                    new Reference.Line { FunctionIndex = 1, Line_ = 10, Column = 4 },
                    new Reference.Line { FunctionIndex = 1, Line_ = 11 },
                },
            },
            new Reference.Location { Address = 0xFFFF_FFFF_8100_0000 },
        },
        StackTable = { new Reference.Stack(), new Reference.Stack { LocationIndices = { 1, 2 } } },
    };

    private static Request Full() => new()
    {
        Dictionary = FullTables(),
        ResourceProfiles = { ResourceOf(new Reference.Profile
        {
            SampleType = new Reference.ValueType { TypeStrindex = 1, UnitStrindex = 2 },
            PeriodType = new Reference.ValueType { TypeStrindex = 1, UnitStrindex = 2 },
            Period = 20,
            TimeUnixNano = 1_700_000_000_000_000_000,
            DurationNano = 15_000_000_000,
            ProfileId = ByteString.CopyFrom([.. Enumerable.Range(1, 16).Select(i => (byte)i)]),
            AttributeIndices = { 3 },
            Samples =
            {
                new Reference.Sample
                {
                    StackIndex = 1,
                    AttributeIndices = { 1 },
                    LinkIndex = 1,
                    Values = { 5, 4 },
                    TimestampsUnixNano = { 1, 2 },
                },
                new Reference.Sample { TimestampsUnixNano = { 1, 2, 3 } },
            },
        }) },
    };

    private static ResourceProfiles ResourceOf(Reference.Profile profile) => new()
    {
        Resource = new Resource { Attributes = { new KeyValue { Key = "service.name", Value = new AnyValue { StringValue = "shop" } } } },
        SchemaUrl = "https://schema.example/1",
        ScopeProfiles = { new ScopeProfiles { Scope = new Scope { Name = "agent", Version = "1.0" }, Profiles = { profile } } },
    };

    private static Reference.Link LinkOf(byte last) => new()
    {
        TraceId = ByteString.CopyFrom([.. new byte[15], last]),
        SpanId = ByteString.CopyFrom([.. new byte[7], last]),
    };

    private void Read(Request request) =>
        Assert.True(OtlpProfilesReader.Read(request.ToByteArray(), _document, DecodeLimits.Default, _problems), _problems.ToString());
}
