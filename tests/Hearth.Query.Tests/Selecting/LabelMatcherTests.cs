using Hearth.Query.Selecting;
using Xunit;

namespace Hearth.Query.Tests.Selecting;

public sealed class LabelMatcherTests
{
    [Theory]
    [InlineData("abc", "abc", true)]
    [InlineData("abc", "xabc", false)]
    [InlineData("abc", "abcx", false)]
    [InlineData("a|b", "b", true)]
    [InlineData("a|b", "ab", false)]
    [InlineData("a.*", "a\nb", true)]
    [InlineData("", "", true)]
    [InlineData(".*", "", true)]
    [InlineData(".+", "", false)]
    [InlineData("a$", "a\n", false)]
    [InlineData("(?i)AbC", "aBc", true)]
    [InlineData("\\d+", "12", true)]
    [InlineData("\\d", "\u0663", false)]
    [InlineData("[\\d.]+", "1.2", true)]
    [InlineData("\\w+", "a_1", true)]
    [InlineData("\\w", "ä", false)]
    [InlineData("\\W", "ä", true)]
    [InlineData("[[:alpha:]]+", "abC", true)]
    [InlineData("[[:alpha:]]+", "ab1", false)]
    [InlineData("[^[:digit:]]", "a", true)]
    [InlineData("[]a]+", "]a", true)]
    [InlineData("[a-z-[b]]", "b]", true)]
    [InlineData("(?P<x>a)b", "ab", true)]
    [InlineData("\\Qa.b\\E+", "a.bb", true)]
    [InlineData("\\Qa.b", "axb", false)]
    [InlineData("\\pL+", "äb", true)]
    [InlineData("\\x{e4}", "ä", true)]
    [InlineData("a{2,3}", "aaa", true)]
    [InlineData("a{2,3}", "aaaa", false)]
    [InlineData("a{,2}", "a{,2}", true)]
    [InlineData("a{x", "a{x", true)]
    [InlineData("(a+)+b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", false)]
    public void Matches_RegularExpression_IsAnchoredRe2(string pattern, string value, bool expected)
    {
        SelectorLimits limits = SelectorLimits.Default;
        Assert.True(LabelMatcher.TryCreate("l", MatchOperator.Regex, pattern, limits, out LabelMatcher? matcher, out string? error), error);
        LabelMatcher.TryCreate("l", MatchOperator.NotRegex, pattern, limits, out LabelMatcher? not, out _);

        Assert.Equal(expected, matcher!.Matches(value));
        Assert.Equal(expected, matcher.Matches(value));
        Assert.Equal(!expected, not!.Matches(value));
    }

    [Fact]
    public void Matches_AbsentLabel_ComparesAsEmpty()
    {
        Assert.True(LabelMatcher.Equality("a", "").Matches(""));
        Assert.False(LabelMatcher.Equality("a", "x").Matches(""));
        LabelMatcher.TryCreate("a", MatchOperator.NotEqual, "x", SelectorLimits.Default, out LabelMatcher? not, out _);
        Assert.True(not!.Matches(""));
    }
}
