using System.Text;

namespace Hearth.Profiles.Types;

/// <summary>What a sender's type is stored as. Immutable; the registry hands out the same instance again and again.</summary>
public sealed class MappedType
{
    internal MappedType(ProfileType type, ProfileKind kind, bool timesPeriod)
    {
        Type = type;
        Kind = kind;
        TimesPeriod = timesPeriod;
        Id = type.Id;
        IdUtf8 = Encoding.UTF8.GetBytes(Id);
    }

    /// <summary>The stored type.</summary>
    public ProfileType Type { get; }

    /// <summary>Delta or gauge.</summary>
    public ProfileKind Kind { get; }

    /// <summary>The five-part id, built once.</summary>
    public string Id { get; }

    /// <summary>The five-part id as UTF-8, built once.</summary>
    public ReadOnlyMemory<byte> IdUtf8 { get; }

    /// <summary>True when a value counts periods: it is stored times the period, so that the unit is the one the id names.</summary>
    public bool TimesPeriod { get; }

    /// <summary>What a value of a profile with this period is multiplied with before it is stored; 1 or more.</summary>
    public long MultiplierFor(long period) => TimesPeriod ? Math.Max(period, 1) : 1;
}
