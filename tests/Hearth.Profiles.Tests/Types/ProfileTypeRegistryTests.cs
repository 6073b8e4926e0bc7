using Hearth.Profiles.Model;
using Hearth.Profiles.Types;
using Xunit;
using ValueType = Hearth.Profiles.Model.ValueType;

namespace Hearth.Profiles.Tests.Types;

public sealed class ProfileTypeRegistryTests
{
    private readonly SymbolTable _symbols = new();

    [Theory]
    [InlineData("samples/count", "cpu/nanoseconds", 52_631_578, "process_cpu:cpu:nanoseconds:cpu:nanoseconds", 52_631_578)]
    [InlineData("samples/count", "wall/nanoseconds", 1000, "wall:wall:nanoseconds:wall:nanoseconds", 1000)]
    [InlineData("samples/count", "cpu/nanoseconds", 0, "samples:samples:count:cpu:nanoseconds", 1)]
    [InlineData("samples/count", "", 5, "samples:samples:count::", 1)]
    [InlineData("cpu/nanoseconds", "cpu/nanoseconds", 10, "process_cpu:cpu:nanoseconds:cpu:nanoseconds", 1)]
    [InlineData("cpu/nanoseconds", "", 0, "process_cpu:cpu:nanoseconds:cpu:nanoseconds", 1)]
    [InlineData("off_cpu/nanoseconds", "", 0, "off_cpu:off_cpu:nanoseconds::", 1)]
    [InlineData("alloc_space/bytes", "space/bytes", 524288, "memory:alloc_space:bytes:space:bytes", 1)]
    [InlineData("inuse_objects/count", "", 0, "memory:inuse_objects:count:space:bytes", 1)]
    [InlineData("events/count", "probe/count", 1, "events:events:count:probe:count", 1)]
    [InlineData("a:b/by\u0001tes", "", 0, "a_b:a_b:by_tes::", 1)]
    public void FromOtlp_SenderType_IsStoredAs(string sampleType, string periodType, long period, string id, long multiplier)
    {
        Profile profile = Profile(period, periodType, sampleType);
        MappedType mapped = ProfileTypeRegistry.FromOtlp(_symbols, profile)!;
        Assert.Equal(id, mapped.Id);
        Assert.Equal(id, System.Text.Encoding.UTF8.GetString(mapped.IdUtf8.Span));
        Assert.Equal(multiplier, mapped.MultiplierFor(period));
    }

    [Fact]
    public void FromOtlp_NoOrOverlongSampleType_IsNone()
    {
        Assert.Null(ProfileTypeRegistry.FromOtlp(_symbols, new Profile()));
        Assert.Null(ProfileTypeRegistry.FromOtlp(_symbols, Profile(0, "", "/count")));
        Assert.Null(ProfileTypeRegistry.FromOtlp(_symbols, Profile(0, "", new string('x', 101) + "/count")));
    }

    [Fact]
    public void FromOtlp_TypeSeenBefore_IsTheSameInstanceWithoutAllocation()
    {
        Profile profile = Profile(10, "cpu/nanoseconds", "samples/count");
        MappedType first = ProfileTypeRegistry.FromOtlp(_symbols, profile)!;
        long before = GC.GetAllocatedBytesForCurrentThread();
        MappedType second = ProfileTypeRegistry.FromOtlp(_symbols, profile)!;
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Same(first, second);
    }

    [Theory]
    [InlineData("samples/count,cpu/nanoseconds", "cpu/nanoseconds", "process_cpu")]
    [InlineData("alloc_objects/count,alloc_space/bytes,inuse_objects/count,inuse_space/bytes", "space/bytes", "memory")]
    [InlineData("contentions/count,delay/nanoseconds", "contentions/count", "mutex")]
    [InlineData("goroutine/count", "goroutine/count", "goroutines")]
    [InlineData("samples/count,wall/nanoseconds", "wall/nanoseconds", "wall")]
    [InlineData("exception/count", "cpu/nanoseconds", "exception")]
    public void FromPprof_FileOfAClient_IsStoredUnderTheFamily(string sampleTypes, string periodType, string family)
    {
        string[] types = sampleTypes.Split(',');
        Profile profile = Profile(10, periodType, types);
        for (int type = 0; type < types.Length; type++)
        {
            MappedType mapped = ProfileTypeRegistry.FromPprof(_symbols, profile, type)!;
            Assert.Equal($"{family}:{types[type].Replace('/', ':')}:{periodType.Replace('/', ':')}", mapped.Id);
            Assert.Equal(1, mapped.MultiplierFor(10));
        }
    }

    [Fact]
    public void FromPprof_NameGivenByTheClient_IsTheFamily() =>
        Assert.Equal(
            "block:contentions:count:contentions:count",
            ProfileTypeRegistry.FromPprof(_symbols, Profile(1, "contentions/count", "contentions/count"), 0, "block"u8)!.Id);

    [Theory]
    [InlineData("memory:inuse_space:bytes:space:bytes", ProfileKind.Gauge)]
    [InlineData("memory:alloc_space:bytes:space:bytes", ProfileKind.Delta)]
    [InlineData("process_cpu:cpu:nanoseconds:cpu:nanoseconds", ProfileKind.Delta)]
    [InlineData("goroutines:goroutine:count:goroutine:count", ProfileKind.Gauge)]
    [InlineData("memory:live:count:objects:count", ProfileKind.Gauge)]
    [InlineData("thing:inuse_pages:count::", ProfileKind.Gauge)]
    [InlineData("thing:events:count::", ProfileKind.Delta)]
    public void KindOf_Type_IsDeltaOrGauge(string id, ProfileKind kind)
    {
        Assert.True(ProfileType.TryParse(id, out ProfileType type));
        Assert.Equal(kind, ProfileTypeRegistry.KindOf(type));
    }

    [Fact]
    public void Known_EveryType_ParsesAndIsThereOnce()
    {
        Assert.Equal(ProfileTypeRegistry.Known.Count, ProfileTypeRegistry.Known.Select(known => known.Type.Id).Distinct().Count());
        Assert.All(ProfileTypeRegistry.Known, known => Assert.Equal(known.Kind, ProfileTypeRegistry.KindOf(known.Type)));
    }

    private Profile Profile(long period, string periodType, params string[] sampleTypes)
    {
        Profile profile = new() { Period = period, PeriodType = Type(periodType) };
        foreach (string sampleType in sampleTypes)
        {
            profile.SampleTypes.Add(Type(sampleType));
        }

        return profile;
    }

    private ValueType Type(string text)
    {
        string[] parts = text.Split('/');
        return new ValueType(_symbols.Strings.Intern(parts[0]), _symbols.Strings.Intern(parts.Length > 1 ? parts[1] : ""));
    }
}
