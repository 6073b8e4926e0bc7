using Hearth.Profiles.Labels;

namespace Hearth.Ingest.Shaping;

/// <summary>A series as rows name it: made once and then found by the bytes of its attributes.</summary>
internal sealed class SeriesEntry
{
    /// <summary>The stored labels, service_name among them.</summary>
    public required LabelSet Labels { get; init; }

    /// <summary>The service.</summary>
    public required string Service { get; init; }

    /// <summary>The service, UTF-8.</summary>
    public required byte[] ServiceUtf8 { get; init; }

    /// <summary>Hash of the labels.</summary>
    public required ulong Series { get; init; }

    /// <summary>Hash of the promoted labels.</summary>
    public required ulong Group { get; init; }

    /// <summary>Hash of tenant and service: the space its stack ids live in.</summary>
    public required ulong Scope { get; init; }
}
