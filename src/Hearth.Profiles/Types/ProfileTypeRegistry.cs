using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text;
using Hearth.Profiles.Model;

namespace Hearth.Profiles.Types;

/// <summary>
/// The one table of profile types: which id a sender's type is stored under, in which unit, and whether it is a delta or a
/// gauge. A type means what its name says: nothing is rescaled into another type, except that a value which counts periods is
/// stored as what the periods measure. Thread-safe; a type seen before is found without allocating.
/// </summary>
public static class ProfileTypeRegistry
{
    /// <summary>Longest part of an id taken from a sender, bytes; a longer one is refused.</summary>
    public const int PartBytesMax = 100;

    // What one sender can make us remember. Past it a mapping is built anew each time: slower, never wrong.
    private const int RememberedMax = 4096;

    private static readonly FrozenDictionary<string, ProfileKind> Kinds =
        KnownTypes.Table.ToFrozenDictionary(row => row.Id, row => row.Kind, StringComparer.Ordinal);

    private static readonly FrozenDictionary<(string Type, string Unit), ProfileType> OtlpTypes =
        KnownTypes.FromOtlp.ToFrozenDictionary(row => (row.Type, row.Unit), row => Parse(row.Id));

    private static readonly ConcurrentDictionary<ulong, Remembered> Cache = new();

    /// <summary>Every known type with its kind.</summary>
    public static IReadOnlyList<(ProfileType Type, ProfileKind Kind)> Known { get; } = [.. KnownTypes.Table.Select(row => (
        Parse(row.Id), row.Kind))];

    /// <summary>
    /// Delta or gauge. A type outside the table is a gauge when its name or sample type says that it describes what there is
    /// rather than what happened: <c>inuse_*</c>, <c>live*</c>, <c>goroutine*</c>, <c>heap*</c>, <c>thread_count</c>,
    /// <c>*_current</c>; else a delta.
    /// </summary>
    public static ProfileKind KindOf(in ProfileType type) =>
        Kinds.TryGetValue(type.Id, out ProfileKind kind) ? kind : Guess(type.Name, type.SampleType);

    /// <summary>
    /// How an OTLP profile is stored. <c>samples:count</c> with a known period of <c>cpu:nanoseconds</c> or <c>wall:nanoseconds</c> becomes
    /// time, value times period; a pair of the table takes the table's id; any other becomes
    /// <c>type:type:unit:period type:period unit</c>. Null when the sample type is empty, or a part is longer than
    /// <see cref="PartBytesMax"/>.
    /// </summary>
    public static MappedType? FromOtlp(SymbolTable symbols, Profile profile)
    {
        if (profile.SampleTypes.Count == 0)
        {
            return null;
        }

        StringTable strings = symbols.Strings;
        Model.ValueType value = profile.SampleTypes[0];
        return Find(new TypeKey
        {
            SampleType = strings[value.Type],
            SampleUnit = strings[value.Unit],
            PeriodType = strings[profile.PeriodType.Type],
            PeriodUnit = strings[profile.PeriodType.Unit],
            HasPeriod = profile.Period > 0,
        });
    }

    /// <summary>
    /// How sample type <paramref name="type"/> of a pprof is stored: under the family <paramref name="name"/> when it is given (a push
    /// API's <c>__name__</c>), else under the family derived by <see cref="PprofName"/>; the parts stay as the file has them.
    /// Null when the sample type is empty, or a part is longer than <see cref="PartBytesMax"/>.
    /// </summary>
    public static MappedType? FromPprof(SymbolTable symbols, Profile profile, int type, ReadOnlySpan<byte> name = default)
    {
        if ((uint)type >= (uint)profile.SampleTypes.Count)
        {
            return null;
        }

        StringTable strings = symbols.Strings;
        Model.ValueType value = profile.SampleTypes[type];
        return Find(new TypeKey
        {
            SampleType = strings[value.Type],
            SampleUnit = strings[value.Unit],
            PeriodType = strings[profile.PeriodType.Type],
            PeriodUnit = strings[profile.PeriodType.Unit],
            Name = name.IsEmpty ? PprofName(symbols, profile) : name,
        });
    }

    /// <summary>
    /// The family of a pprof by the rule that push clients rely on: <c>wall</c> when a sample type is named so; else by the first
    /// sample type that contains <c>cpu</c> or is <c>samples</c> (<c>process_cpu</c>), contains <c>alloc_</c> or <c>inuse_</c> or is
    /// <c>space</c> or <c>objects</c> (<c>memory</c>), is <c>contentions</c> or <c>delay</c> or contains <c>mutex_</c>
    /// (<c>mutex</c>), contains <c>block_</c> (<c>block</c>), is <c>goroutine</c> (<c>goroutines</c>); else the first sample type itself.
    /// </summary>
    public static ReadOnlySpan<byte> PprofName(SymbolTable symbols, Profile profile)
    {
        StringTable strings = symbols.Strings;
        Span<Model.ValueType> types = profile.SampleTypes.Span;
        foreach (Model.ValueType type in types)
        {
            if (strings[type.Type].SequenceEqual("wall"u8))
            {
                return "wall"u8;
            }
        }

        foreach (Model.ValueType type in types)
        {
            ReadOnlySpan<byte> family = FamilyOf(strings[type.Type]);
            if (!family.IsEmpty)
            {
                return family;
            }
        }

        return types.IsEmpty ? default : strings[types[0].Type];
    }

    private static ReadOnlySpan<byte> FamilyOf(ReadOnlySpan<byte> type)
    {
        if (type.IndexOf("cpu"u8) >= 0 || type.SequenceEqual("samples"u8))
        {
            return "process_cpu"u8;
        }

        if (type.IndexOf("alloc_"u8) >= 0 || type.IndexOf("inuse_"u8) >= 0
            || type.SequenceEqual("space"u8) || type.SequenceEqual("objects"u8))
        {
            return "memory"u8;
        }

        if (type.IndexOf("mutex_"u8) >= 0 || type.SequenceEqual("contentions"u8) || type.SequenceEqual("delay"u8))
        {
            return "mutex"u8;
        }

        if (type.IndexOf("block_"u8) >= 0)
        {
            return "block"u8;
        }

        return type.SequenceEqual("goroutine"u8) || type.IndexOf("goroutines"u8) >= 0 ? "goroutines"u8 : default;
    }

    private static MappedType? Find(in TypeKey key)
    {
        ulong hash = key.Hash();
        if (Cache.TryGetValue(hash, out Remembered? found) && found.Matches(key))
        {
            return found.Mapped;
        }

        MappedType? mapped = Map(key);
        if (mapped is not null && Cache.Count < RememberedMax)
        {
            Cache.TryAdd(hash, new Remembered(key, mapped));
        }

        return mapped;
    }

    private static MappedType? Map(in TypeKey key)
    {
        int longest = Math.Max(
            Math.Max(key.SampleType.Length, key.SampleUnit.Length), Math.Max(key.PeriodType.Length, key.PeriodUnit.Length));
        if (key.SampleType.IsEmpty || Math.Max(longest, key.Name.Length) > PartBytesMax)
        {
            return null;
        }

        string type = Part(key.SampleType);
        string unit = Part(key.SampleUnit);
        string periodType = Part(key.PeriodType);
        string periodUnit = Part(key.PeriodUnit);
        if (!key.Name.IsEmpty)
        {
            return Make(new ProfileType(Part(key.Name), type, unit, periodType, periodUnit), false);
        }

        if (key.HasPeriod && type == "samples" && unit == "count" && periodUnit == "nanoseconds" && periodType is "cpu" or "wall")
        {
            return Make(OtlpTypes[(periodType, periodUnit)], true);
        }

        return OtlpTypes.TryGetValue((type, unit), out ProfileType settled)
            ? Make(settled, false)
            : Make(new ProfileType(type, type, unit, periodType, periodUnit), false);
    }

    private static MappedType Make(in ProfileType type, bool timesPeriod) => new(type, KindOf(type), timesPeriod);

    // A colon inside a part would shift the parts behind it; control characters have no place in an id.
    private static string Part(ReadOnlySpan<byte> utf8)
    {
        string text = Encoding.UTF8.GetString(utf8);
        return text.Contains(':', StringComparison.Ordinal) || text.Any(char.IsControl)
            ? string.Concat(text.Select(unit => unit == ':' || char.IsControl(unit) ? '_' : unit))
            : text;
    }

    private static ProfileKind Guess(string name, string sampleType)
    {
        bool gauge = sampleType.StartsWith("inuse_", StringComparison.Ordinal)
            || sampleType.StartsWith("live", StringComparison.Ordinal)
            || sampleType.StartsWith("goroutine", StringComparison.Ordinal)
            || sampleType.StartsWith("heap", StringComparison.Ordinal)
            || sampleType.EndsWith("_current", StringComparison.Ordinal)
            || sampleType == "thread_count"
            || name is "goroutine" or "goroutines" or "heap" or "threadcreate";
        return gauge ? ProfileKind.Gauge : ProfileKind.Delta;
    }

    private static ProfileType Parse(string id) =>
        ProfileType.TryParse(id, out ProfileType type)
            ? type
            : throw new InvalidOperationException($"'{id}' in the table of known types has not five parts.");

    private sealed class Remembered(in TypeKey key, MappedType mapped)
    {
        private readonly byte[] _sampleType = key.SampleType.ToArray();
        private readonly byte[] _sampleUnit = key.SampleUnit.ToArray();
        private readonly byte[] _periodType = key.PeriodType.ToArray();
        private readonly byte[] _periodUnit = key.PeriodUnit.ToArray();
        private readonly byte[] _name = key.Name.ToArray();
        private readonly bool _hasPeriod = key.HasPeriod;

        public MappedType Mapped { get; } = mapped;

        public bool Matches(in TypeKey key) =>
            key.SampleType.SequenceEqual(_sampleType) && key.SampleUnit.SequenceEqual(_sampleUnit)
            && key.PeriodType.SequenceEqual(_periodType) && key.PeriodUnit.SequenceEqual(_periodUnit)
            && key.Name.SequenceEqual(_name) && key.HasPeriod == _hasPeriod;
    }
}
