using Hearth.Testing;
using Xunit;

namespace Hearth.Tests.Architecture;

public sealed class RepositoryRulesTests
{
    private static readonly string[] s_texts =
    [
        ".cs", ".csproj", ".props", ".targets", ".json", ".md", ".sql", ".proto", ".sh", ".js", ".mjs", ".ts", ".py", ".c", ".txt", ".yml",
        ".yaml", ".npmrc", "run",
    ];

    /// <summary>Written in parts, so that this file does not hold what it looks for.</summary>
    private static readonly string[] s_machineWords =
        ["/wo" + "rk/", "/tmp/" + "wt", "/tmp/" + "brief", "/ro" + "ot/", "registry." + "npmjs", "api." + "nuget.org"];

    [Fact]
    public void Texts_NameNoPlaceOfOneMachine()
    {
        string[] wrong =
        [
            .. from path in Files()
               where s_texts.Any(e => path.EndsWith(e, StringComparison.Ordinal))
               from line in File.ReadLines(path).Index()
               from word in s_machineWords
               where line.Item.Contains(word, StringComparison.OrdinalIgnoreCase)
               select $"{Path.GetRelativePath(Repository.Root, path)}:{line.Index + 1}: {word}",
        ];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void NpmLocks_CarryNoAddresses()
    {
        List<string> wrong = [];
        foreach (string manifest in Files().Where(p => Path.GetFileName(p) == "package.json"))
        {
            string folder = Path.GetDirectoryName(manifest)!;
            string lockFile = Path.Combine(folder, "package-lock.json");
            string settings = Path.Combine(folder, ".npmrc");
            if (!File.Exists(lockFile) || File.ReadAllText(lockFile).Contains("\"resolved\"", StringComparison.Ordinal))
            {
                wrong.Add($"{Path.GetRelativePath(Repository.Root, folder)}: needs a package-lock.json without \"resolved\"");
            }

            const string Wanted = "omit-lockfile-registry-resolved=true";
            if (!File.Exists(settings) || !File.ReadAllText(settings).Contains(Wanted, StringComparison.Ordinal))
            {
                wrong.Add($"{Path.GetRelativePath(Repository.Root, folder)}: needs an .npmrc with {Wanted}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Readme_ListsEveryProjectAndFolder()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        List<string> missing = [];
        foreach (string project in Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")))
        {
            string name = Path.GetFileName(project);
            if (!readme.Contains($"src/{name}", StringComparison.Ordinal))
            {
                missing.Add($"src/{name}");
            }

            missing.AddRange(Directory.EnumerateDirectories(project).Select(f => Path.GetFileName(f)!)
                .Where(f => f is not ("obj" or "bin" or "node_modules") && !readme.Contains($"{f}/", StringComparison.Ordinal))
                .Select(f => $"src/{name}/{f}"));
        }

        Assert.True(missing.Count == 0, "README.md has no line for:\n" + string.Join('\n', missing));
    }

    [Fact]
    public void TopLevel_HasOnlyWhatTheRepositoryNeeds()
    {
        string[] allowed =
        [
            "src", "tests", "helm", "docs", "artifacts", "docker-compose.yml", "Backend.sln", "README.md", "CHANGELOG.md", "LICENSE",
            "NOTICE", "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "BannedSymbols.txt", "global.json",
            "nuget.config", "BenchmarkDotNet.Artifacts",
        ];
        string[] wrong =
        [
            .. Directory.EnumerateFileSystemEntries(Repository.Root).Select(p => Path.GetFileName(p)!)
                .Where(n => !n.StartsWith('.') && !allowed.Contains(n)),
        ];
        Assert.True(wrong.Length == 0, "At the top level: " + string.Join(", ", wrong));
    }

    private static IEnumerable<string> Files() => Directory.EnumerateFiles(Repository.Root, "*", SearchOption.AllDirectories)
        .Where(p => !SourceFile.IsOutput(Path.GetRelativePath(Repository.Root, p)));
}
