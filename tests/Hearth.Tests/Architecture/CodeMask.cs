namespace Hearth.Tests.Architecture;

/// <summary>
/// Blanks comments and the contents of character and text literals, so that what remains is code. Lines keep their numbers.
/// </summary>
internal static class CodeMask
{
    /// <summary>The masked text, as long as the given one.</summary>
    public static string Apply(string text)
    {
        char[] code = text.ToCharArray();
        int at = 0;
        while (at < text.Length)
        {
            at = Skip(text, at) is var end && end > at ? Blank(code, at, end) : at + 1;
        }

        return new string(code);
    }

    /// <summary>The end of a comment or literal that begins here, or the same place.</summary>
    private static int Skip(string text, int at)
    {
        if (Starts(text, at, "//"))
        {
            int end = text.IndexOf('\n', at);
            return end < 0 ? text.Length : end;
        }

        if (Starts(text, at, "/*"))
        {
            int end = text.IndexOf("*/", at + 2, StringComparison.Ordinal);
            return end < 0 ? text.Length : end + 2;
        }

        if (text[at] == '\'')
        {
            return CharacterEnd(text, at);
        }

        int open = at;
        int dollars = 0;
        bool verbatim = false;
        while (open < text.Length && text[open] is '$' or '@')
        {
            dollars += text[open] == '$' ? 1 : 0;
            verbatim |= text[open] == '@';
            open++;
        }

        return open < text.Length && text[open] == '"' ? TextEnd(text, open, dollars, verbatim) : at;
    }

    private static int TextEnd(string text, int open, int dollars, bool verbatim)
    {
        int quotes = Run(text, open, '"');
        if (quotes >= 3)
        {
            int end = text.IndexOf(new string('"', quotes), open + quotes, StringComparison.Ordinal);
            return end < 0 ? text.Length : end + quotes;
        }

        int at = open + 1;
        while (at < text.Length && text[at] != '\n' | verbatim)
        {
            if (text[at] == '"')
            {
                if (!verbatim || !Starts(text, at, "\"\""))
                {
                    return at + 1;
                }

                at += 2;
            }
            else if (text[at] == '\\' && !verbatim)
            {
                at += 2;
            }
            else if (text[at] == '{' && dollars > 0)
            {
                at = Starts(text, at, "{{") ? at + 2 : HoleEnd(text, at);
            }
            else
            {
                at++;
            }
        }

        return at;
    }

    /// <summary>A hole of an interpolated text may hold texts of its own.</summary>
    private static int HoleEnd(string text, int at)
    {
        int depth = 0;
        while (at < text.Length)
        {
            int end = Skip(text, at);
            if (end > at)
            {
                at = end;
                continue;
            }

            depth += text[at] == '{' ? 1 : text[at] == '}' ? -1 : 0;
            at++;
            if (depth == 0)
            {
                break;
            }
        }

        return at;
    }

    private static int CharacterEnd(string text, int at)
    {
        int end = Starts(text, at + 1, "\\") ? at + 3 : at + 2;
        while (end < text.Length && text[end] is not ('\'' or '\n') && end < at + 12)
        {
            end++;
        }

        return end < text.Length && text[end] == '\'' ? end + 1 : at;
    }

    private static int Blank(char[] code, int from, int to)
    {
        for (int i = from; i < to && i < code.Length; i++)
        {
            if (code[i] != '\n')
            {
                code[i] = ' ';
            }
        }

        return to;
    }

    private static bool Starts(string text, int at, string with) => string.CompareOrdinal(text, at, with, 0, with.Length) == 0;

    private static int Run(string text, int at, char of)
    {
        int end = at;
        while (end < text.Length && text[end] == of)
        {
            end++;
        }

        return end - at;
    }
}
