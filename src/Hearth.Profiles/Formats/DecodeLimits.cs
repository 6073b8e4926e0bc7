using System.ComponentModel.DataAnnotations;

namespace Hearth.Profiles.Formats;

/// <summary>
/// What a decoder accepts in one input. A count above its limit refuses the input; each bounds memory, since an empty entry is
/// two bytes on the wire and up to a hundred in a table.
/// </summary>
public sealed class DecodeLimits
{
    /// <summary>The defaults.</summary>
    public static DecodeLimits Default { get; } = new();

    /// <summary>Bytes of the input after decompression.</summary>
    [Range(1024, 1 << 30)]
    public int BytesMax { get; set; } = 64 << 20;

    /// <summary>Profiles in one OTLP request.</summary>
    [Range(1, 1_000_000)]
    public int ProfilesMax { get; set; } = 20_000;

    /// <summary>Samples in all profiles together.</summary>
    [Range(1, 50_000_000)]
    public int SamplesMax { get; set; } = 2_000_000;

    /// <summary>Values and event times of all samples together, each.</summary>
    [Range(1, 100_000_000)]
    public int ValuesMax { get; set; } = 8_000_000;

    /// <summary>Sample types of one pprof.</summary>
    [Range(1, 1024)]
    public int SampleTypesMax { get; set; } = 64;

    /// <summary>Frames of one stack; a deeper one loses its outermost frames, which is reported.</summary>
    [Range(1, 1_000_000)]
    public int StackDepthMax { get; set; } = 8192;

    /// <summary>Locations of all stacks together.</summary>
    [Range(1, 500_000_000)]
    public int StackLocationsMax { get; set; } = 64_000_000;

    /// <summary>Rows each of the tables of locations, functions, stacks, attributes and links may have.</summary>
    [Range(1, 50_000_000)]
    public int TableRowsMax { get; set; } = 2_000_000;

    /// <summary>Mappings.</summary>
    [Range(1, 10_000_000)]
    public int MappingsMax { get; set; } = 200_000;

    /// <summary>Strings.</summary>
    [Range(1, 50_000_000)]
    public int StringsMax { get; set; } = 4_000_000;

    /// <summary>Source positions of all locations together.</summary>
    [Range(1, 50_000_000)]
    public int LinesMax { get; set; } = 4_000_000;

    /// <summary>Labels or attributes of one sample, profile or resource; the rest is left out, which is reported.</summary>
    [Range(1, 100_000)]
    public int AttributesPerItemMax { get; set; } = 1024;
}
