using System.Text.RegularExpressions;

namespace Hearth.Engine;

/// <summary>What a statement's text says about how to run it. The engine parses; this only finds the way in.</summary>
internal sealed partial class StatementText
{
    // Formats whose pieces, one after the other, are the whole.
    private static readonly HashSet<string> Streamed = new(StringComparer.OrdinalIgnoreCase)
    {
        "Native", "RowBinary", "TSV", "TabSeparated", "TSVRaw", "TabSeparatedRaw", "CSV", "JSONEachRow", "JSONCompactEachRow", "Values",
    };

    private StatementText(string text, string format, string? insertFormat, bool streams)
    {
        Text = text;
        Format = format;
        InsertFormat = insertFormat;
        Streams = streams;
    }

    /// <summary>The statement; for an insert with data without its FORMAT.</summary>
    public string Text { get; }

    /// <summary>Format of the answer.</summary>
    public string Format { get; }

    /// <summary>Format of the data that follow an insert; null when no data follow.</summary>
    public string? InsertFormat { get; }

    /// <summary>Whether the answer may come in pieces.</summary>
    public bool Streams { get; }

    /// <summary>Looks at a statement.</summary>
    /// <param name="text">The statement.</param>
    /// <param name="defaultFormat">Format of the answer when the statement names none.</param>
    /// <param name="dataFollow">Whether the request has a body beside the statement.</param>
    public static StatementText Read(string text, string defaultFormat, bool dataFollow)
    {
        Match format = TrailingFormat().Match(text);
        string word = FirstWord().Match(text).Groups["word"].Value.ToUpperInvariant();
        if (word == "INSERT" && dataFollow && format.Success && format.Groups["settings"].Length == 0)
        {
            return new(text[..format.Index], defaultFormat, format.Groups["name"].Value, streams: false);
        }

        string answer = word != "INSERT" && format.Success ? format.Groups["name"].Value : defaultFormat;
        return new(text, answer, null, word is "SELECT" or "WITH" or "(" && Streamed.Contains(answer));
    }

    /// <summary>The statement with a comment before it.</summary>
    public StatementText Led(string comment) => new($"{comment} {Text}", Format, InsertFormat, Streams);

    [GeneratedRegex(
        @"\bFORMAT\s+(?<name>[A-Za-z0-9]+)\s*(?<settings>\bSETTINGS\b[^;]*)?;?\s*$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.RightToLeft)]
    private static partial Regex TrailingFormat();

    [GeneratedRegex(
        @"^(\s+|--[^\n]*\n|/\*.*?\*/)*(?<word>\(|[A-Za-z]+)",
        RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex FirstWord();
}
