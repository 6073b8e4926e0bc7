using System.Text.RegularExpressions;

namespace Hearth.Tests.Architecture;

/// <summary>What a file declares, found in its masked code: good enough for rules about size, names and direction.</summary>
internal static partial class Declarations
{
    /// <summary>Types declared at the top level: kind and name.</summary>
    public static IReadOnlyList<(string Kind, string Name)> TopLevelTypes(SourceFile file)
    {
        var types = new List<(string, string)>();
        int depth = 0;
        foreach (string line in file.Code.Split('\n'))
        {
            if (depth == 0 && TypeDeclaration().Match(line) is { Success: true } match)
            {
                types.Add((match.Groups["kind"].Value.Trim(), match.Groups["name"].Value));
            }

            depth += line.Count(c => c == '{') - line.Count(c => c == '}');
        }

        return types;
    }

    /// <summary>Members longer than a bound: the line they start on and their length.</summary>
    public static IEnumerable<(int Line, int Length)> MembersLongerThan(SourceFile file, int bound)
    {
        string[] lines = file.Code.Split('\n');
        var open = new Stack<(int Line, bool IsType)>();
        for (int i = 0; i < lines.Length; i++)
        {
            foreach (char c in lines[i])
            {
                if (c == '{')
                {
                    open.Push((i, IsTypeBody(lines, i)));
                }
                else if (c == '}' && open.Count > 0)
                {
                    (int start, bool isType) = open.Pop();
                    bool isMember = !isType && open.Count > 0 && open.Peek().IsType;
                    if (isMember && i - start + 1 > bound)
                    {
                        yield return (start + 1, i - start + 1);
                    }
                }
            }
        }
    }

    /// <summary>The declared namespace, or empty.</summary>
    public static string Namespace(SourceFile file) => NamespaceDeclaration().Match(file.Code).Groups["name"].Value;

    /// <summary>Namespaces imported.</summary>
    public static IReadOnlyList<string> Usings(SourceFile file) =>
        [.. UsingDirective().Matches(file.Code).Select(m => m.Groups["name"].Value)];

    /// <summary>Every identifier in the code.</summary>
    public static HashSet<string> Identifiers(SourceFile file) => [.. Identifier().Matches(file.Code).Select(m => m.Value)];

    private static bool IsTypeBody(string[] lines, int brace)
    {
        for (int i = brace; i >= 0 && i > brace - 12; i--)
        {
            if (TypeDeclaration().IsMatch(lines[i]) || lines[i].TrimStart().StartsWith("namespace ", StringComparison.Ordinal))
            {
                return true;
            }

            string trimmed = lines[i].Trim();
            if (i < brace && (trimmed.EndsWith(';') || trimmed.EndsWith('}') || trimmed.EndsWith('{')))
            {
                return false;
            }
        }

        return false;
    }

    [GeneratedRegex(
        @"^\s*(?:(?:public|internal|private|protected|static|sealed|abstract|partial|readonly|ref|unsafe|file|new)\s+)*"
        + @"(?<kind>class|struct|interface|enum|record\s+struct|record\s+class|record|delegate\s+\S+)\s+(?<name>[A-Za-z_]\w*)")]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"^\s*namespace\s+(?<name>[\w.]+)\s*;", RegexOptions.Multiline)]
    private static partial Regex NamespaceDeclaration();

    [GeneratedRegex(
        @"^\s*(?:global\s+)?using\s+(?:static\s+)?(?:\w+\s*=\s*)?(?<name>[A-Za-z_][\w.]*)\s*(?:<[^;]*>)?;",
        RegexOptions.Multiline)]
    private static partial Regex UsingDirective();

    [GeneratedRegex(@"[A-Za-z_]\w*")]
    private static partial Regex Identifier();
}
