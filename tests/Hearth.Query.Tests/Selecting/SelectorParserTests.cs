using Hearth.Query.Selecting;
using Xunit;

namespace Hearth.Query.Tests.Selecting;

public sealed class SelectorParserTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("{}", "")]
    [InlineData("  { }  ", "")]
    [InlineData("{a=\"b\"}", "\"a\"=\"b\"")]
    [InlineData("{a=\"b\",}", "\"a\"=\"b\"")]
    [InlineData("{ a = \"b\" , c != 'd' , e =~ `f.*` , g !~ \"h|i\" }", "\"a\"=\"b\" \"c\"!=\"d\" \"e\"=~\"f.*\" \"g\"!~\"h|i\"")]
    [InlineData("{\"k8s.pod.name\"=\"x\"}", "\"k8s.pod.name\"=\"x\"")]
    [InlineData("{k8s.pod.name=\"x\"}", "\"k8s.pod.name\"=\"x\"")]
    [InlineData("cpu{a=\"b\"}", "\"__name__\"=\"cpu\" \"a\"=\"b\"")]
    [InlineData("{\"cpu\",a=\"b\"}", "\"__name__\"=\"cpu\" \"a\"=\"b\"")]
    [InlineData("process_cpu:cpu:nanoseconds:cpu:nanoseconds{}", "\"__profile_type__\"=\"process_cpu:cpu:nanoseconds:cpu:nanoseconds\"")]
    [InlineData("off_cpu:off_cpu:nanoseconds::{a=\"\"}", "\"__profile_type__\"=\"off_cpu:off_cpu:nanoseconds::\" \"a\"=\"\"")]
    [InlineData("{__name__=\"a:b:c:d:e\"}", "\"__profile_type__\"=\"a:b:c:d:e\"")]
    [InlineData("{a=\"\\\"\\\\\\n\\x41\\u00e4\\101\"}", "\"a\"=\"\"\\\nAäA\"")]
    [InlineData("{a=\"\\xc3\\xa4\"}", "\"a\"=\"ä\"")]
    [InlineData("{a=`\\n`}", "\"a\"=\"\\n\"")]
    [InlineData("{a=\"\ud83d\udd25\"}", "\"a\"=\"\ud83d\udd25\"")]
    public void TryParse_ValidSelector_GivesItsMatchers(string text, string expected)
    {
        List<LabelMatcher> matchers = [];

        Assert.True(SelectorParser.TryParse(text, SelectorLimits.Default, matchers, out string? error), error);

        Assert.Equal(expected, string.Join(' ', matchers));
    }

    [Theory]
    [InlineData("{", "no closing '}'")]
    [InlineData("{a}", "one of = != =~ !~")]
    [InlineData("{a=}", "a quoted value")]
    [InlineData("{a=b}", "a quoted value")]
    [InlineData("{a=\"b}", "not closed")]
    [InlineData("{a=\"b\"", "no closing '}'")]
    [InlineData("{a=\"b\" c=\"d\"}", "',' or '}'")]
    [InlineData("{a=\"b\"}x", "the end of the selector")]
    [InlineData("{,}", "a label name")]
    [InlineData("{=\"b\"}", "a label name")]
    [InlineData("{1a=\"b\"}", "a label name")]
    [InlineData("{\"\"=\"b\"}", "empty")]
    [InlineData("{a=\"\\q\"}", "unknown escape")]
    [InlineData("{a=\"\\ud800\"}", "unknown escape")]
    [InlineData("{a=\"\\400\"}", "unknown escape")]
    [InlineData("{a=\"x\ny\"}", "end of its line")]
    [InlineData("{a=~\"(\"}", "not closed")]
    [InlineData("{a=~\"a)\"}", "without '('")]
    [InlineData("{a=~\"(?=x)\"}", "RE2")]
    [InlineData("{a=~\"(x)\\\\1\"}", "back-references")]
    [InlineData("{a=~\"((a{100}){100}){100}\"}", "copies")]
    [InlineData("{a=~\"[a\"}", "class is not closed")]
    [InlineData("$", "the end of the selector")]
    public void TryParse_Malformed_SaysWhatAndWhere(string text, string expected)
    {
        Assert.False(SelectorParser.TryParse(text, SelectorLimits.Default, [], out string? error));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_EveryPrefixOfASelector_NeverThrows()
    {
        const string Text = "cpu{a=\"b\\n\\x41\\u00e4\", 'c'!~`[[:alpha:]]\\d{2,3}(?i)\\Qx\\E\\pL`, }";
        for (int length = 0; length <= Text.Length; length++)
        {
            SelectorParser.TryParse(Text[..length], SelectorLimits.Default, [], out _);
        }
    }

    [Fact]
    public void TryParse_PastTheLimits_IsRefused()
    {
        SelectorLimits limits = new(60, 2, 5);

        Assert.False(SelectorParser.TryParse(new string('a', 61), limits, [], out string? length));
        Assert.False(SelectorParser.TryParse("{a=\"1\",b=\"2\",c=\"3\"}", limits, [], out string? count));
        Assert.False(SelectorParser.TryParse("{a=~\"abcdef\"}", limits, [], out string? regex));
        Assert.Contains("at most 60", length, StringComparison.Ordinal);
        Assert.Contains("more than 2", count, StringComparison.Ordinal);
        Assert.Contains("at most 5", regex, StringComparison.Ordinal);
    }
}
