namespace Hearth.Profiles.Formats;

/// <summary>A nested message that was passed over, to be decoded once what it refers to is known.</summary>
/// <param name="Start">Offset of its first byte in the input.</param>
/// <param name="Length">Its bytes.</param>
internal readonly record struct Piece(int Start, int Length);
