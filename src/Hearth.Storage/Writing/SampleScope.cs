namespace Hearth.Storage.Writing;

/// <summary>What all samples of one profile share; see <see cref="SampleRows.Begin"/>.</summary>
public readonly ref struct SampleScope
{
    /// <summary>Tenant, UTF-8.</summary>
    public required ReadOnlySpan<byte> Tenant { get; init; }

    /// <summary>Service name, UTF-8.</summary>
    public required ReadOnlySpan<byte> Service { get; init; }

    /// <summary>Five-part profile type id, UTF-8.</summary>
    public required ReadOnlySpan<byte> ProfileType { get; init; }

    /// <summary>Start of the profile, Unix seconds; the store's slot is made of it.</summary>
    public required long StartSeconds { get; init; }

    /// <summary>Hash of the promoted labels.</summary>
    public required ulong Group { get; init; }

    /// <summary>Series id.</summary>
    public required ulong Series { get; init; }

    /// <summary>Days the samples are kept: a retention class.</summary>
    public required ushort RetentionDays { get; init; }
}
