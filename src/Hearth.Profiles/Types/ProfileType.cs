using System.Diagnostics.CodeAnalysis;

namespace Hearth.Profiles.Types;

/// <summary>
/// What a profile measures, in five parts: the name of its family, what one value counts and its unit, and what the
/// sampling period counts and its unit. The period parts may be empty; the id keeps its four colons then.
/// </summary>
/// <param name="Name">Family, e.g. <c>process_cpu</c> or <c>memory</c>.</param>
/// <param name="SampleType">What a value counts, e.g. <c>cpu</c> or <c>alloc_space</c>.</param>
/// <param name="SampleUnit">Unit of a value, e.g. <c>nanoseconds</c>, <c>bytes</c>, <c>count</c>.</param>
/// <param name="PeriodType">What the period counts; may be empty.</param>
/// <param name="PeriodUnit">Unit of the period; may be empty.</param>
public readonly record struct ProfileType(string Name, string SampleType, string SampleUnit, string PeriodType, string PeriodUnit)
{
    /// <summary>Longest id that <see cref="TryParse"/> accepts, in characters.</summary>
    public const int IdLengthMax = 512;

    /// <summary>The five parts with colons between them, e.g. <c>process_cpu:cpu:nanoseconds:cpu:nanoseconds</c>. Allocates.</summary>
    public string Id => $"{Name}:{SampleType}:{SampleUnit}:{PeriodType}:{PeriodUnit}";

    /// <summary>
    /// Reads a five-part id; a sixth part <c>delta</c>, which old clients append, is accepted and dropped. False when the
    /// number of parts is another, when name or sample type is empty, or when the text is longer than <see cref="IdLengthMax"/>.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ProfileType type)
    {
        type = default;
        if (text is null || text.Length > IdLengthMax)
        {
            return false;
        }

        string[] parts = text.Split(':');
        bool counted = parts.Length == 5 || (parts.Length == 6 && parts[5] == "delta");
        if (!counted || parts[0].Length == 0 || parts[1].Length == 0)
        {
            return false;
        }

        type = new ProfileType(parts[0], parts[1], parts[2], parts[3], parts[4]);
        return true;
    }

    /// <summary>The id.</summary>
    public override string ToString() => Id;
}
