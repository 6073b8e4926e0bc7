using System.Text;

namespace Hearth.Query.Selecting;

/// <summary>
/// Rewrites RE2 syntax, which PromQL speaks, into the dialect of .NET: ASCII-only <c>\d \w \s</c>, <c>$</c> as the very end,
/// <c>(?P&lt;name&gt;…)</c>, <c>\Q…\E</c>, one-letter <c>\pL</c>, POSIX classes such as <c>[[:alpha:]]</c>, and no class
/// subtraction. Counted repetitions multiply to at most <see cref="RepeatMax"/>, RE2's own bound, so that an expression cannot
/// blow up the automaton.
/// </summary>
internal static class RegexSyntax
{
    /// <summary>The largest number of copies nested counted repetitions may make.</summary>
    public const int RepeatMax = 1_000;

    private const int GroupDepthMax = 100;

    /// <summary>The expression in the dialect of .NET; false with the reason when it cannot be one.</summary>
    public static bool TryTranslate(string source, out string? pattern, out string? error)
    {
        Translation translation = new(source);
        error = translation.Run();
        pattern = error is null ? translation.Output.ToString() : null;
        return error is null;
    }

    private ref struct Translation(string source)
    {
        private readonly ReadOnlySpan<char> _text = source;
        private readonly Stack<int> _groups = new();
        private int _at;
        private int _atom = 1;
        private int _level = 1;

        public StringBuilder Output { get; } = new(source.Length + 16);

        public string? Run()
        {
            while (_at < _text.Length)
            {
                string? error = Step();
                if (error is not null)
                {
                    return error;
                }
            }

            return _groups.Count == 0 ? null : "a group is not closed.";
        }

        private string? Step()
        {
            char c = _text[_at];
            switch (c)
            {
                case '\\':
                    return Escape();
                case '[':
                    return Class();
                case '(':
                    return Open();
                case ')':
                    return Close();
                case '{':
                    return Repeat();
                case '$':
                    Append("\\z");
                    _at++;
                    return null;
                case '*' or '+' or '?':
                    Output.Append(c);
                    _at++;
                    return null;
                default:
                    Append(c);
                    _at++;
                    return null;
            }
        }

        private void Append(char c)
        {
            Output.Append(c);
            StartAtom(1);
        }

        private void Append(string text)
        {
            Output.Append(text);
            StartAtom(1);
        }

        private void StartAtom(int copies)
        {
            _atom = copies;
            _level = Math.Max(_level, copies);
        }

        private string? Open()
        {
            if (_groups.Count == GroupDepthMax)
            {
                return $"groups are nested deeper than {GroupDepthMax}.";
            }

            _groups.Push(_level);
            _level = _atom = 1;
            if (_text[_at..].StartsWith("(?P<", StringComparison.Ordinal))
            {
                Output.Append("(?<");
                _at += 4;
            }
            else
            {
                Output.Append('(');
                _at++;
                if (_at < _text.Length && _text[_at] == '?')
                {
                    Output.Append('?');
                    _at++;
                }
            }

            return null;
        }

        private string? Close()
        {
            if (!_groups.TryPop(out int outer))
            {
                return "there is a ')' without '('.";
            }

            int inner = _level;
            _level = outer;
            Output.Append(')');
            _at++;
            StartAtom(inner);
            return null;
        }

        private string? Repeat()
        {
            int end = _text[_at..].IndexOf('}');
            ReadOnlySpan<char> body = end < 0 ? default : _text.Slice(_at + 1, end - 1);
            int comma = body.IndexOf(',');
            ReadOnlySpan<char> low = comma < 0 ? body : body[..comma];
            ReadOnlySpan<char> high = comma < 0 ? default : body[(comma + 1)..];
            if (low.IsEmpty || !IsNumber(low) || !IsNumber(high))
            {
                Append("\\{");
                _at++;
                return null;
            }

            long copies = Math.Max(Number(low), Number(high));
            if (copies * _atom > RepeatMax)
            {
                return $"counted repetitions make more than {RepeatMax} copies.";
            }

            Output.Append('{').Append(body).Append('}');
            _at += end + 1;
            StartAtom((int)Math.Max(copies, 1) * _atom);
            return null;
        }

        private static bool IsNumber(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') < 0;

        private static long Number(ReadOnlySpan<char> text) =>
            text.IsEmpty ? 0 : text.Length > 6 ? RepeatMax + 1 : long.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

        private string? Escape()
        {
            if (_at + 1 >= _text.Length)
            {
                return "it ends in a backslash.";
            }

            char c = _text[_at + 1];
            if (c == 'Q')
            {
                Quoted();
                return null;
            }

            if (char.IsAsciiDigit(c) && c != '0')
            {
                return "back-references are not supported.";
            }

            string? set = AsciiSet(c);
            if (set is not null)
            {
                Append(char.IsUpper(c) ? $"[^{set}]" : $"[{set}]");
                _at += 2;
                return null;
            }

            EscapedAsIs();
            StartAtom(1);
            return null;
        }

        private void Quoted()
        {
            ReadOnlySpan<char> rest = _text[(_at + 2)..];
            int end = rest.IndexOf("\\E", StringComparison.Ordinal);
            ReadOnlySpan<char> body = end < 0 ? rest : rest[..end];
            foreach (char c in body)
            {
                Literal(c);
            }

            StartAtom(1);
            _at += 2 + body.Length + (end < 0 ? 0 : 2);
        }

        private void Literal(char c)
        {
            if (char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c) && c != '_' && !char.IsWhiteSpace(c))
            {
                Output.Append('\\');
            }

            Output.Append(c);
        }

        /// <summary>Copies an escape; a one-letter property gets its braces, <c>\x{…}</c> becomes the character.</summary>
        private void EscapedAsIs()
        {
            char c = _text[_at + 1];
            if (c is 'p' or 'P' && _at + 2 < _text.Length && _text[_at + 2] != '{')
            {
                Output.Append('\\').Append(c).Append('{').Append(_text[_at + 2]).Append('}');
                _at += 3;
                return;
            }

            if (c == 'x' && _at + 2 < _text.Length && _text[_at + 2] == '{')
            {
                int end = _text[_at..].IndexOf('}');
                if (end > 3 && int.TryParse(
                        _text.Slice(_at + 3, end - 3), System.Globalization.NumberStyles.AllowHexSpecifier,
                        System.Globalization.CultureInfo.InvariantCulture, out int code) && Rune.IsValid(code))
                {
                    foreach (char part in new Rune(code).ToString())
                    {
                        Literal(part);
                    }

                    _at += end + 1;
                    return;
                }
            }

            Output.Append('\\').Append(c);
            _at += 2;
        }

        private static string? AsciiSet(char c) => char.ToLowerInvariant(c) switch
        {
            'd' => "0-9",
            'w' => "0-9A-Za-z_",
            's' => "\\t\\n\\f\\r ",
            _ => null,
        };

        private string? Class()
        {
            Output.Append('[');
            _at++;
            if (_at < _text.Length && _text[_at] == '^')
            {
                Output.Append('^');
                _at++;
            }

            bool first = true;
            while (_at < _text.Length)
            {
                char c = _text[_at];
                if (c == ']' && !first)
                {
                    Output.Append(']');
                    _at++;
                    StartAtom(1);
                    return null;
                }

                first = false;
                string? error = ClassPart(c);
                if (error is not null)
                {
                    return error;
                }
            }

            return "a character class is not closed.";
        }

        private string? ClassPart(char c)
        {
            if (c == '[' && _text[_at..].StartsWith("[:", StringComparison.Ordinal))
            {
                int end = _text[_at..].IndexOf(":]", StringComparison.Ordinal);
                string? set = end < 0 ? null : PosixSet(_text.Slice(_at + 2, end - 2));
                if (set is null)
                {
                    return "a POSIX class is unknown (negated ones are not supported).";
                }

                Output.Append(set);
                _at += end + 2;
                return null;
            }

            if (c != '\\')
            {
                // A bracket must not start .NET's class subtraction; a leading ']' is a literal.
                Output.Append(c is '[' or ']' ? $"\\{c}" : c.ToString());
                _at++;
                return null;
            }

            if (_at + 1 >= _text.Length)
            {
                return "it ends in a backslash.";
            }

            char escaped = _text[_at + 1];
            string? ascii = char.IsLower(escaped) ? AsciiSet(escaped) : null;
            if (ascii is null)
            {
                EscapedAsIs();
            }
            else
            {
                Output.Append(ascii);
                _at += 2;
            }

            return null;
        }

        private static string? PosixSet(ReadOnlySpan<char> name) => name switch
        {
            "alnum" => "0-9A-Za-z",
            "alpha" => "A-Za-z",
            "ascii" => "\\x00-\\x7F",
            "blank" => "\\t ",
            "cntrl" => "\\x00-\\x1F\\x7F",
            "digit" => "0-9",
            "graph" => "!-~",
            "lower" => "a-z",
            "print" => " -~",
            "punct" => "!-/:-@\\[-`{-~",
            "space" => "\\t\\n\\v\\f\\r ",
            "upper" => "A-Z",
            "word" => "0-9A-Za-z_",
            "xdigit" => "0-9A-Fa-f",
            _ => null,
        };
    }
}
