using Hearth.Profiles.Labels;

namespace Hearth.Storage.Writing;

/// <summary>A series of one profile type, for <see cref="SeriesRows"/>.</summary>
public readonly ref struct SeriesRow
{
    /// <summary>Tenant, UTF-8.</summary>
    public required ReadOnlySpan<byte> Tenant { get; init; }

    /// <summary>Service name, UTF-8.</summary>
    public required ReadOnlySpan<byte> Service { get; init; }

    /// <summary>Five-part profile type id, UTF-8.</summary>
    public required ReadOnlySpan<byte> ProfileType { get; init; }

    /// <summary>Series id: hash of the labels.</summary>
    public required ulong Series { get; init; }

    /// <summary>Hash of the promoted labels.</summary>
    public required ulong Group { get; init; }

    /// <summary>All stored labels, service_name included.</summary>
    public required LabelSet Labels { get; init; }

    /// <summary>When it was seen, Unix seconds.</summary>
    public required long SeenSeconds { get; init; }

    /// <summary>Days its samples are kept.</summary>
    public required ushort RetentionDays { get; init; }
}
