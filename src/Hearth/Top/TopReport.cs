using System.Text.Json.Serialization;

namespace Hearth.Top;

/// <summary>What <c>hearth top</c> found; also its JSON form. Values are in the unit of the profile type.</summary>
internal sealed class TopReport
{
    /// <summary>Profile type id.</summary>
    public required string Type { get; init; }

    /// <summary>Unit of every value.</summary>
    public required string Unit { get; init; }

    /// <summary>Seconds of the range for which there is data; what rates are per.</summary>
    public required double Seconds { get; init; }

    /// <summary>Sum of all samples.</summary>
    public required long Total { get; init; }

    /// <summary>Services, the largest first.</summary>
    public required IReadOnlyList<ServiceRow> Services { get; init; }

    /// <summary>Functions, the largest self value first.</summary>
    public required IReadOnlyList<FunctionRow> Functions { get; init; }

    /// <summary>Services that exist; the list may be cut.</summary>
    public required int ServiceCount { get; init; }

    /// <summary>Functions that exist; the list may be cut.</summary>
    public required int FunctionCount { get; init; }

    /// <summary>True for CPU-like values, which are shown as cores.</summary>
    [JsonIgnore]
    public bool IsTime => Unit == "nanoseconds";

    /// <summary>One service.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Value">Sum of its samples.</param>
    /// <param name="PerSecond">Value a second; cores for a value in nanoseconds.</param>
    /// <param name="Share">Part of the total, 0 to 1.</param>
    internal sealed record ServiceRow(string Name, long Value, double PerSecond, double Share);

    /// <summary>One function.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Self">Sum of the samples that ended in it.</param>
    /// <param name="Total">Sum of the samples that passed through it, each counted once.</param>
    /// <param name="SelfShare">Part of the total, 0 to 1.</param>
    /// <param name="TotalShare">Part of the total, 0 to 1.</param>
    internal sealed record FunctionRow(string Name, long Self, long Total, double SelfShare, double TotalShare);
}
