namespace Hearth.Storage.Reading;

/// <summary>The profiles of a series in one step of time.</summary>
/// <param name="Series">Series id.</param>
/// <param name="Seconds">Start of the step, Unix seconds: range start plus a whole number of steps.</param>
/// <param name="Sum">Sum of the profiles' totals.</param>
/// <param name="Profiles">Profiles.</param>
public readonly record struct TotalRow(ulong Series, long Seconds, long Sum, long Profiles);
