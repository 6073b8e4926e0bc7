namespace Hearth.Query.Selecting;

/// <summary>Bounds of one selector; past them it is refused with a sentence.</summary>
/// <param name="TextLengthMax">Characters of a selector.</param>
/// <param name="MatchersMax">Matchers in all selectors of one request.</param>
/// <param name="RegexLengthMax">Characters of a regular expression.</param>
internal readonly record struct SelectorLimits(int TextLengthMax, int MatchersMax, int RegexLengthMax)
{
    /// <summary>What applies when nothing else is configured.</summary>
    public static SelectorLimits Default => new(16_384, 100, 4_096);
}
