using System.Text.RegularExpressions;
using Hearth.Testing;
using Xunit;

namespace Hearth.Tests.Architecture;

public sealed partial class FileRulesTests
{
    private const int FileLinesMax = 400;
    private const int MemberLinesMax = 60;
    private const int LineCharactersMax = 140;

    private static readonly IReadOnlyList<SourceFile> s_sources = SourceFile.Below(Repository.Root, "src");

    private static readonly IReadOnlyList<SourceFile> s_all = [.. s_sources, .. SourceFile.Below(Repository.Root, "tests")];

    [Fact]
    public void Files_StayWithinTheirLimits()
    {
        List<string> wrong = [];
        foreach (SourceFile file in s_all)
        {
            int lines = file.Text.EndsWith('\n') ? file.Lines.Length - 1 : file.Lines.Length;
            if (lines > FileLinesMax)
            {
                wrong.Add($"{file.Path}: {lines} lines, at most {FileLinesMax}");
            }

            wrong.AddRange(file.Lines.Index().Where(l => l.Item.Length > LineCharactersMax)
                .Select(l => $"{file.Path}:{l.Index + 1}: {l.Item.Length} characters, at most {LineCharactersMax}"));
            wrong.AddRange(Declarations.MembersLongerThan(file, MemberLinesMax)
                .Select(m => $"{file.Path}:{m.Line}: a member of {m.Length} lines, at most {MemberLinesMax}"));
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>
    /// Small value types (row structs, enums, delegates) that belong together may share a file; classes and interfaces may not.
    /// </summary>
    [Fact]
    public void Files_HoldOneType()
    {
        string[] wrong =
        [
            .. from file in s_sources
               let types = Declarations.TopLevelTypes(file)
               where types.Count(t => t.Kind is "class" or "interface") > 1
               select $"{file.Path}: {string.Join(", ", types.Select(t => t.Name))}",
        ];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Files_AreNamedForTheirTypeAndFolder()
    {
        List<string> wrong = [];

        // Workloads are programs of other languages and names.
        foreach (SourceFile file in s_all.Where(f => f.Project != "Workloads" && !f.Path.EndsWith("/Program.cs", StringComparison.Ordinal)))
        {
            string[] parts = file.Path.Split('/');
            string expected = string.Join('.', parts[1..^1]);
            string actual = Declarations.Namespace(file);
            IReadOnlyList<(string Kind, string Name)> types = Declarations.TopLevelTypes(file);
            if (types.Count > 0 && actual != expected && !actual.StartsWith("System.", StringComparison.Ordinal))
            {
                wrong.Add($"{file.Path}: namespace {actual}, not {expected}");
            }

            string name = parts[^1].Split('.')[0];
            if (types.Count == 1 && types[0].Name != name)
            {
                wrong.Add($"{file.Path}: holds {types[0].Name}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Types_AreNamedForWhatTheyDo()
    {
        string[] wrong =
        [
            .. from file in s_all
               from type in Declarations.TopLevelTypes(file)
               where EmptyName().IsMatch(type.Name)
               select $"{file.Path}: {type.Name}",
        ];
        Assert.True(wrong.Length == 0, "Names that say nothing:\n" + string.Join('\n', wrong));
    }

    [Fact]
    public void Code_HasNoLeftovers()
    {
        List<string> wrong = [];
        foreach (SourceFile file in s_all.Where(f => !f.Path.Contains("/Architecture/", StringComparison.Ordinal)))
        {
            foreach ((int index, string line) in file.Lines.Index())
            {
                bool pragma = line.TrimStart().StartsWith("#pragma warning disable", StringComparison.Ordinal);
                if (line.TrimStart().StartsWith("#region", StringComparison.Ordinal) || Unfinished().IsMatch(line)
                    || (pragma && !line.Contains("//", StringComparison.Ordinal)) || line.Contains("async void ", StringComparison.Ordinal))
                {
                    wrong.Add($"{file.Path}:{index + 1}: {line.Trim()}");
                }
            }
        }

        const string What = "Regions, unfinished notes, async void, or a disabled warning without its reason on the line:\n";
        Assert.True(wrong.Count == 0, What + string.Join('\n', wrong));
    }

    [Fact]
    public void CatchingEverything_HasAReasonBesideIt()
    {
        List<string> wrong = [];
        foreach (SourceFile file in s_sources)
        {
            string[] code = file.Code.Split('\n');
            foreach ((int index, string line) in code.Index())
            {
                bool everything = CatchAll().IsMatch(line) && !line.Contains(" when ", StringComparison.Ordinal)
                    && !(index + 1 < code.Length && code[index + 1].TrimStart().StartsWith("when ", StringComparison.Ordinal));
                bool reason = file.Lines[Math.Max(0, index - 2)..Math.Min(file.Lines.Length, index + 4)]
                    .Any(l => l.Contains("//", StringComparison.Ordinal));
                if (everything && !reason)
                {
                    wrong.Add($"{file.Path}:{index + 1}");
                }
            }
        }

        Assert.True(wrong.Count == 0, "Catches everything without a comment that says why:\n" + string.Join('\n', wrong));
    }

    [Fact]
    public void LogEvents_HaveTheirOwnNumber()
    {
        string[] twice =
        [
            .. s_sources.SelectMany(f => EventNumber().Matches(f.Code).Select(m => (Id: f.Project + " " + m.Groups[1].Value, f.Path)))
                .GroupBy(n => n.Id).Where(g => g.Count() > 1)
                .Select(g => $"{g.Key}: {string.Join(", ", g.Select(n => n.Path).Distinct())}"),
        ];
        Assert.True(twice.Length == 0, "Event ids used twice in one project:\n" + string.Join('\n', twice));
    }

    [GeneratedRegex("(Utils?|Utility|Utilities|Helpers?|Common|Manager|Misc)$")]
    private static partial Regex EmptyName();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\bcatch\s*(\(\s*Exception\b[^)]*\))?\s*$")]
    private static partial Regex CatchAll();

    [GeneratedRegex(@"EventId\s*=\s*(\d+)")]
    private static partial Regex EventNumber();
}
