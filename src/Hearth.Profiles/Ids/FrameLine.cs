namespace Hearth.Profiles.Ids;

/// <summary>A source position as it enters a frame id.</summary>
/// <param name="Function">Function id.</param>
/// <param name="LineNumber">1-based line; 0 unknown.</param>
/// <param name="ColumnNumber">1-based column; 0 unknown.</param>
public readonly record struct FrameLine(ulong Function, long LineNumber, long ColumnNumber);
