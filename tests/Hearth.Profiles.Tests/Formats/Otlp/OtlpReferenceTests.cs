using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Hearth.Profiles.Formats;
using Hearth.Profiles.Formats.Otlp;
using Hearth.Profiles.Model;
using Hearth.Profiles.Tests.Formats.Otlp.Reference;
using Hearth.Profiles.Tests.Formats.Pprof;
using Hearth.Testing;
using Hearth.Wire.Protobuf;
using Xunit;

namespace Hearth.Profiles.Tests.Formats.Otlp;

/// <summary>What we write, read by Google's protobuf library, and held against the rules of the specification.</summary>
public sealed class OtlpReferenceTests
{
    [Fact]
    public void Write_AnyDocument_KeepsTheRulesOfTheSpecification() =>
        Prop.ForAll<byte[]>(choices =>
        {
            CheckRules(Parse(RandomDocument.LikeOtlp(choices)));
            CheckRules(Parse(RandomDocument.LikePprof(choices)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(600));

    [Fact]
    public void Read_WhatTheLibraryWritesAnew_SaysTheSame() =>
        Prop.ForAll<byte[]>(choices =>
        {
            ProfileDocument document = RandomDocument.LikeOtlp(choices);
            ProfileDocument again = new();
            ProblemList problems = new();
            Assert.True(OtlpProfilesReader.Read(Parse(document).ToByteArray(), again, DecodeLimits.Default, problems));
            Assert.Equal("", problems.ToString());
            Assert.Equal(ProfileText.Of(document), ProfileText.Of(again));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(600));

    [Theory]
    [InlineData("parca-profile-with-labels.pb.gz")]
    [InlineData("parca-alloc_objects.pb.gz")]
    [InlineData("pprof-large.cpu")]
    public void Write_RealPprof_HasTheSameTotals(string name)
    {
        ProfileDocument document = PprofFiles.Read(name);
        Request request = Parse(document);
        CheckRules(request);
        Hearth.Profiles.Model.Profile profile = document[0][0];
        IEnumerable<long> totals = request.ResourceProfiles[0].ScopeProfiles[0].Profiles
            .Select(written => written.Samples.Sum(sample => sample.Values.Sum()));
        Assert.Equal(Enumerable.Range(0, profile.SampleTypes.Count).Select(type => ProfileText.Total(profile, type)), totals);
    }

    [Fact]
    public void Write_TextThatIsNotUtf8_IsStillAValidMessage()
    {
        ProfileDocument document = new();
        int bad = document.Symbols.Strings.Add([0xC3, 0x28]);
        document.Symbols.Functions.Add(new Hearth.Profiles.Model.Function { Name = bad });
        ProfileGroup group = document.AddGroup();
        group.ScopeName = bad;
        Hearth.Profiles.Model.Attribute raw = new(document.Symbols.Strings.Intern("key"), AttributeKind.Bytes, bad, 0, 0);
        group.ResourceAttributes = document.Symbols.AttributeSets.Intern([document.Symbols.Intern(raw)]);
        Request request = Parse(document);
        CheckRules(request);
        Assert.Equal([0xC3, 0x28], request.ResourceProfiles[0].Resource.Attributes[0].Value.BytesValue.ToByteArray());
        Assert.Equal("\uFFFD(", request.ResourceProfiles[0].ScopeProfiles[0].Scope.Name);
    }

    private static Request Parse(ProfileDocument document)
    {
        ProtoWriter output = new();
        OtlpProfilesWriter.Write(document, output);
        CheckUtf8(output.Written);
        return Request.Parser.ParseFrom(output.Written);
    }

    // The library replaces bad UTF-8 silently; other languages refuse the message.
    private static void CheckUtf8(ReadOnlySpan<byte> request)
    {
        UTF8Encoding strict = new(false, throwOnInvalidBytes: true);
        ProtoReader reader = new(request);
        while (reader.ReadTag(out int field, out WireType type))
        {
            if (field != 2)
            {
                reader.Skip(type);
                continue;
            }

            ProtoReader dictionary = reader.ReadMessage();
            while (dictionary.ReadTag(out int table, out WireType wire))
            {
                if (table == 5)
                {
                    strict.GetString(dictionary.ReadBytes());
                }
                else
                {
                    dictionary.Skip(wire);
                }
            }
        }
    }

    private static void CheckRules(Request request)
    {
        Reference.Dictionary tables = request.Dictionary;
        CheckZeroEntries(tables);
        Assert.All(tables.AttributeTable, attribute => Inside(tables.StringTable.Count, attribute.KeyStrindex, attribute.UnitStrindex));
        Assert.All(tables.FunctionTable, function => Inside(
            tables.StringTable.Count, function.NameStrindex, function.SystemNameStrindex, function.FilenameStrindex));
        Assert.All(tables.StackTable, stack => Inside(tables.LocationTable.Count, [.. stack.LocationIndices]));
        Assert.All(tables.LinkTable.Skip(1), link => Assert.True(link.TraceId.Length == 16 && link.SpanId.Length == 8));
        foreach (Reference.Mapping mapping in tables.MappingTable)
        {
            Inside(tables.StringTable.Count, mapping.FilenameStrindex);
            DistinctKeys(tables, mapping.AttributeIndices);
        }

        foreach (Reference.Location location in tables.LocationTable)
        {
            Inside(tables.MappingTable.Count, location.MappingIndex);
            Inside(tables.FunctionTable.Count, [.. location.Lines.Select(line => line.FunctionIndex)]);
            DistinctKeys(tables, location.AttributeIndices);
        }

        foreach (Reference.Profile profile in request.ResourceProfiles.SelectMany(r => r.ScopeProfiles).SelectMany(s => s.Profiles))
        {
            CheckProfile(tables, profile);
        }
    }

    private static void CheckZeroEntries(Reference.Dictionary tables)
    {
        Assert.Equal("", tables.StringTable[0]);
        Assert.Equal(new Reference.Mapping(), tables.MappingTable[0]);
        Assert.Equal(new Reference.Location(), tables.LocationTable[0]);
        Assert.Equal(new Reference.Function(), tables.FunctionTable[0]);
        Assert.Equal(new Reference.Link(), tables.LinkTable[0]);
        Assert.Equal(new Reference.Stack(), tables.StackTable[0]);
        Assert.Equal(new KeyValueAndUnit(), tables.AttributeTable[0]);
    }

    private static void CheckProfile(Reference.Dictionary tables, Reference.Profile profile)
    {
        Inside(tables.StringTable.Count, profile.SampleType.TypeStrindex, profile.SampleType.UnitStrindex);
        Assert.True(profile.ProfileId.Length is 0 or 16);
        DistinctKeys(tables, profile.AttributeIndices);
        foreach (Reference.Sample sample in profile.Samples)
        {
            Inside(tables.StackTable.Count, sample.StackIndex);
            Inside(tables.LinkTable.Count, sample.LinkIndex);
            DistinctKeys(tables, sample.AttributeIndices);
            int times = sample.TimestampsUnixNano.Count;
            Assert.True(times == 0 ? sample.Values.Count == 1 : sample.Values.Count == 0 || sample.Values.Count == times);
        }
    }

    private static void Inside(int count, params int[] indices) => Assert.All(indices, index => Assert.InRange(index, 0, count - 1));

    private static void DistinctKeys(Reference.Dictionary tables, IReadOnlyCollection<int> attributes)
    {
        Inside(tables.AttributeTable.Count, [.. attributes]);
        string[] keys = [.. attributes.Select(index => tables.StringTable[tables.AttributeTable[index].KeyStrindex])];
        Assert.Equal(keys.Distinct(), keys);
    }
}
