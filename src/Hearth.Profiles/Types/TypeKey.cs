using Hearth.Profiles.Model;

namespace Hearth.Profiles.Types;

/// <summary>What a sender says about a value: its type, unit and period, as UTF-8 of the message.</summary>
internal readonly ref struct TypeKey
{
    public required ReadOnlySpan<byte> SampleType { get; init; }

    public required ReadOnlySpan<byte> SampleUnit { get; init; }

    public ReadOnlySpan<byte> PeriodType { get; init; }

    public ReadOnlySpan<byte> PeriodUnit { get; init; }

    /// <summary>The family when the sender or the format settles it (pprof); empty otherwise.</summary>
    public ReadOnlySpan<byte> Name { get; init; }

    /// <summary>True when the period is known, so that counted periods can be turned into what they measure.</summary>
    public bool HasPeriod { get; init; }

    public ulong Hash()
    {
        ulong hash = TableHash.Of(SampleType) + (HasPeriod ? 1UL : 0);
        hash = Mix(hash, SampleUnit);
        hash = Mix(hash, PeriodType);
        hash = Mix(hash, PeriodUnit);
        return Mix(hash, Name);
    }

    private static ulong Mix(ulong hash, ReadOnlySpan<byte> part) => TableHash.Of(hash) ^ TableHash.Of(part);
}
