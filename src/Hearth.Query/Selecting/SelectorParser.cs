using Hearth.Profiles.Labels;

namespace Hearth.Query.Selecting;

/// <summary>
/// Reads a PromQL vector selector: <c>name{a="b", c!="d", "k8s.pod.name"=~"re", e!~"re",}</c>. The part before the brace and
/// a bare quoted name inside it are the metric name; <c>{}</c> and the empty text select everything. Strings are quoted with
/// <c>"</c>, <c>'</c> (both with Go's escapes) or backticks. More lenient than PromQL in one way: unquoted label names may hold dots.
/// </summary>
internal ref struct SelectorParser
{
    private readonly ReadOnlySpan<char> _text;
    private readonly SelectorLimits _limits;
    private readonly List<LabelMatcher> _matchers;
    private int _at;

    private SelectorParser(ReadOnlySpan<char> text, SelectorLimits limits, List<LabelMatcher> matchers)
    {
        _text = text;
        _limits = limits;
        _matchers = matchers;
    }

    /// <summary>
    /// Adds the matchers of <paramref name="text"/> to <paramref name="matchers"/>, which are then all ANDed; false with a
    /// sentence that names the place when the text is not a selector.
    /// </summary>
    public static bool TryParse(string text, SelectorLimits limits, List<LabelMatcher> matchers, out string? error)
    {
        if (text.Length > limits.TextLengthMax)
        {
            error = $"The selector has {text.Length} characters; at most {limits.TextLengthMax} are allowed.";
            return false;
        }

        SelectorParser parser = new(text, limits, matchers);
        error = parser.Run();
        return error is null;
    }

    private string? Run()
    {
        SkipSpace();
        int start = _at;
        while (_at < _text.Length && IsMetricPart(_text[_at]))
        {
            _at++;
        }

        string? error = _at > start ? AddName(_text[start.._at].ToString()) : null;
        SkipSpace();
        if (error is null && _at < _text.Length && _text[_at] == '{')
        {
            _at++;
            error = Matchers();
            SkipSpace();
        }

        return error ?? (_at < _text.Length ? Unexpected("the end of the selector") : null);
    }

    private string? Matchers()
    {
        while (true)
        {
            SkipSpace();
            if (_at >= _text.Length)
            {
                return "The selector has no closing '}'.";
            }

            if (_text[_at] == '}')
            {
                _at++;
                return null;
            }

            string? error = Matcher();
            if (error is not null)
            {
                return error;
            }

            SkipSpace();
            if (_at < _text.Length && _text[_at] == ',')
            {
                _at++;
            }
            else if (_at < _text.Length && _text[_at] != '}')
            {
                return Unexpected("',' or '}'");
            }
        }
    }

    private string? Matcher()
    {
        string? error = LabelName(out string name, out bool quoted);
        if (error is not null)
        {
            return error;
        }

        SkipSpace();
        if (quoted && (_at >= _text.Length || _text[_at] is ',' or '}'))
        {
            return AddName(name);
        }

        if (!Operator(out MatchOperator @operator))
        {
            return Unexpected("one of = != =~ !~");
        }

        SkipSpace();
        if (_at >= _text.Length || _text[_at] is not ('"' or '\'' or '`'))
        {
            return Unexpected("a quoted value");
        }

        return QuotedText.TryRead(_text, ref _at, out string value) is { } wrong ? wrong : Add(name, @operator, value);
    }

    private string? LabelName(out string name, out bool quoted)
    {
        name = "";
        quoted = _text[_at] is '"' or '\'' or '`';
        if (quoted)
        {
            return QuotedText.TryRead(_text, ref _at, out name) is { } error
                ? error
                : name.Length == 0 ? "A label name is empty." : null;
        }

        int start = _at;
        while (_at < _text.Length && IsLabelPart(_text[_at]) && (_at > start || !char.IsAsciiDigit(_text[_at])))
        {
            _at++;
        }

        name = _text[start.._at].ToString();
        return name.Length == 0 ? Unexpected("a label name") : null;
    }

    private bool Operator(out MatchOperator @operator)
    {
        ReadOnlySpan<char> rest = _text[_at..];
        (@operator, int length) = rest switch
        {
            ['=', '~', ..] => (MatchOperator.Regex, 2),
            ['!', '~', ..] => (MatchOperator.NotRegex, 2),
            ['!', '=', ..] => (MatchOperator.NotEqual, 2),
            ['=', ..] => (MatchOperator.Equal, 1),
            _ => (MatchOperator.Equal, 0),
        };
        _at += length;
        return length > 0;
    }

    /// <summary>
    /// A metric name. Grafana sends <c>&lt;profile type id&gt;{}</c> for template variables; a name with colons is such an id.
    /// </summary>
    private string? AddName(string name) => Add(LabelNames.Name, MatchOperator.Equal, name);

    private string? Add(string name, MatchOperator @operator, string value)
    {
        if (_matchers.Count == _limits.MatchersMax)
        {
            return $"There are more than {_limits.MatchersMax} label matchers.";
        }

        if (name == LabelNames.Name && @operator == MatchOperator.Equal && value.Contains(':'))
        {
            name = LabelNames.ProfileType;
        }

        if (!LabelMatcher.TryCreate(name, @operator, value, _limits, out LabelMatcher? matcher, out string? error))
        {
            return error;
        }

        _matchers.Add(matcher!);
        return null;
    }

    private readonly string Unexpected(string wanted) => _at >= _text.Length
        ? $"The selector ends where {wanted} is expected."
        : $"The selector has '{_text[_at]}' at position {_at + 1} where {wanted} is expected.";

    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t' or '\n' or '\r')
        {
            _at++;
        }
    }

    private static bool IsLabelPart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.';

    private static bool IsMetricPart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or ':' or '-' or '/';
}
