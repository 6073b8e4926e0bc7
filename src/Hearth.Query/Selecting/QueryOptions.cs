using System.ComponentModel.DataAnnotations;

namespace Hearth.Query.Selecting;

/// <summary>Bounds of the read API. Past each of them a caller gets an error that names the bound.</summary>
public sealed class QueryOptions
{
    /// <summary>Queries that read the store at the same time; more of them wait.</summary>
    [Range(1, 1_000)]
    public int ConcurrentMax { get; set; } = 8;

    /// <summary>Queries that wait for a turn; more of them are refused with resource_exhausted.</summary>
    [Range(0, 100_000)]
    public int WaitingMax { get; set; } = 256;

    /// <summary>Seconds one query may take, waiting included; then it is cancelled, in the store too.</summary>
    [Range(0.01, 3_600)]
    public double TimeoutSeconds { get; set; } = 60;

    /// <summary>Rows one statement may read in the store.</summary>
    [Range(1, long.MaxValue)]
    public long ReadRowsMax { get; set; } = 5_000_000_000;

    /// <summary>Bytes one statement may read in the store.</summary>
    [Range(1, long.MaxValue)]
    public long ReadBytesMax { get; set; } = 200L << 30;

    /// <summary>Distinct stacks one flame graph or pprof may merge.</summary>
    [Range(1, 100_000_000)]
    public int StacksMax { get; set; } = 2_000_000;

    /// <summary>Series one query may select.</summary>
    [Range(1, 10_000_000)]
    public int SeriesMax { get; set; } = 200_000;

    /// <summary>Points one time series query may return, over all its series.</summary>
    [Range(1, 100_000_000)]
    public int PointsMax { get; set; } = 1_000_000;

    /// <summary>Nodes of a flame graph when the caller asks for no number.</summary>
    [Range(1, 1_048_576)]
    public int NodesDefault { get; set; } = 8_192;

    /// <summary>Nodes of a flame graph a caller may ask for.</summary>
    [Range(1, 1_048_576)]
    public int NodesMax { get; set; } = 1_048_576;

    /// <summary>Characters of one label selector.</summary>
    [Range(1, 1_000_000)]
    public int SelectorLengthMax { get; set; } = 16_384;

    /// <summary>Label matchers in all selectors of one request.</summary>
    [Range(1, 10_000)]
    public int MatchersMax { get; set; } = 100;

    /// <summary>Characters of one regular expression.</summary>
    [Range(1, 100_000)]
    public int RegexLengthMax { get; set; } = 4_096;

    /// <summary>Span ids, label names or matchers in one list of a request.</summary>
    [Range(1, 1_000_000)]
    public int ListItemsMax { get; set; } = 10_000;

    /// <summary>Bytes of one request, after decompression.</summary>
    [Range(1_024, 1 << 30)]
    public int RequestBytesMax { get; set; } = 4 << 20;
}
