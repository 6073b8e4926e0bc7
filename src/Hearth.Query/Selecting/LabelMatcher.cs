using System.Text.RegularExpressions;

namespace Hearth.Query.Selecting;

/// <summary>
/// One condition on one label. A series that lacks the label is compared as if the label were empty, as Prometheus does:
/// <c>a=""</c> and <c>a!="x"</c> match it.
/// </summary>
internal sealed class LabelMatcher
{
    /// <summary>A match that takes longer is given up; the automaton is linear, so only absurd inputs reach it.</summary>
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(250);

    /// <summary>Answers kept per matcher, so that a value shared by many series is matched once.</summary>
    private const int RememberedMax = 4_096;

    private readonly Regex? _regex;
    private readonly Dictionary<string, bool>? _remembered;

    private LabelMatcher(string name, MatchOperator @operator, string value, Regex? regex)
    {
        Name = name;
        Operator = @operator;
        Value = value;
        _regex = regex;
        _remembered = regex is null ? null : new Dictionary<string, bool>(StringComparer.Ordinal);
    }

    /// <summary>Label compared.</summary>
    public string Name { get; }

    /// <summary>How it is compared.</summary>
    public MatchOperator Operator { get; }

    /// <summary>What it is compared with: a value, or a regular expression in RE2 syntax.</summary>
    public string Value { get; }

    /// <summary>
    /// Makes a matcher; false with a sentence when the regular expression is not one. An expression without any special
    /// character becomes a plain comparison.
    /// </summary>
    public static bool TryCreate(
        string name, MatchOperator @operator, string value, SelectorLimits limits, out LabelMatcher? matcher, out string? error)
    {
        matcher = null;
        error = null;
        if (@operator is MatchOperator.Equal or MatchOperator.NotEqual)
        {
            matcher = new LabelMatcher(name, @operator, value, null);
            return true;
        }

        if (value.Length > limits.RegexLengthMax)
        {
            error = $"The regular expression for '{name}' has {value.Length} characters; at most {limits.RegexLengthMax} are allowed.";
            return false;
        }

        if (!RegexSyntax.TryTranslate(value, out string? pattern, out error))
        {
            error = $"The regular expression '{value}' for '{name}' is not valid: {error}";
            return false;
        }

        try
        {
            Regex regex = new(
                $@"\A(?s:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, MatchTimeout);
            matcher = new LabelMatcher(name, @operator, value, regex);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            error = $"The regular expression '{value}' for '{name}' is not valid RE2 syntax (no look-around, no back-references).";
            return false;
        }
    }

    /// <summary>An equality matcher.</summary>
    public static LabelMatcher Equality(string name, string value) => new(name, MatchOperator.Equal, value, null);

    /// <summary>
    /// Whether a label value (empty when the series lacks the label) satisfies the condition. Not for concurrent use.
    /// Throws <see cref="RegexMatchTimeoutException"/> when the expression takes too long.
    /// </summary>
    public bool Matches(string value) => Operator switch
    {
        MatchOperator.Equal => string.Equals(value, Value, StringComparison.Ordinal),
        MatchOperator.NotEqual => !string.Equals(value, Value, StringComparison.Ordinal),
        MatchOperator.Regex => IsMatch(value),
        _ => !IsMatch(value),
    };

    /// <summary>The matcher as it is written in a selector.</summary>
    public override string ToString()
    {
        string sign = Operator switch
        {
            MatchOperator.Equal => "=",
            MatchOperator.NotEqual => "!=",
            MatchOperator.Regex => "=~",
            _ => "!~",
        };
        return $"\"{Name}\"{sign}\"{Value}\"";
    }

    private bool IsMatch(string value)
    {
        if (_remembered!.TryGetValue(value, out bool known))
        {
            return known;
        }

        bool matches = _regex!.IsMatch(value);
        if (_remembered.Count < RememberedMax)
        {
            _remembered.Add(value, matches);
        }

        return matches;
    }
}
