using System.Xml.Linq;
using Hearth.Testing;
using Xunit;

namespace Hearth.Tests.Architecture;

public sealed class ProjectRulesTests
{
    /// <summary>Which project may see which; the compiler holds what is not written in a project file, this holds what is.</summary>
    private static readonly Dictionary<string, string[]> s_mayReference = new(StringComparer.Ordinal)
    {
        ["Hearth.Wire"] = [],
        ["Hearth.Native"] = [],
        ["Hearth.Access"] = [],
        ["Hearth.Spool"] = [],
        ["Hearth.Profiles"] = ["Hearth.Wire"],
        ["Hearth.Signals"] = ["Hearth.Wire"],
        ["Hearth.Storage"] = ["Hearth.Profiles", "Hearth.Signals"],
        ["Hearth.Ingest"] = ["Hearth.Storage", "Hearth.Profiles", "Hearth.Spool", "Hearth.Access", "Hearth.Wire"],
        ["Hearth.Query"] = ["Hearth.Storage", "Hearth.Profiles", "Hearth.Access", "Hearth.Wire"],
        ["Hearth.Collector"] = ["Hearth.Profiles", "Hearth.Signals", "Hearth.Native", "Hearth.Spool", "Hearth.Wire"],
        ["Hearth"] =
        [
            "Hearth.Wire", "Hearth.Native", "Hearth.Access", "Hearth.Spool", "Hearth.Profiles", "Hearth.Signals", "Hearth.Storage",
            "Hearth.Ingest", "Hearth.Query", "Hearth.Collector",
        ],
    };

    /// <summary>Which project a package belongs to.</summary>
    private static readonly Dictionary<string, string> s_packageOwners = new(StringComparer.Ordinal)
    {
        ["System.CommandLine"] = "Hearth",
        ["OpenTelemetry"] = "Hearth",
        ["OpenTelemetry.Exporter.OpenTelemetryProtocol"] = "Hearth",
        ["Google.Protobuf"] = "Hearth.Query",
        ["Grpc.Tools"] = "Hearth.Query",
        ["Microsoft.Diagnostics.NETCore.Client"] = "Hearth.Collector",
    };

    private const int ProjectLinesMax = 25;

    [Fact]
    public void Projects_ReferenceOnlyWhatTheDesignAllows()
    {
        List<string> wrong = [];
        foreach ((string project, XDocument document) in Projects("src"))
        {
            string[] allowed = s_mayReference.GetValueOrDefault(project) ?? [];
            if (!s_mayReference.ContainsKey(project))
            {
                wrong.Add($"{project} is not in the list of projects: add it with the projects it may reference");
            }

            wrong.AddRange(References(document, "ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r)!)
                .Where(r => !allowed.Contains(r)).Select(r => $"{project} must not reference {r}"));
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Packages_BelongToOneProject()
    {
        string[] wrong =
        [
            .. from p in Projects("src")
               from package in References(p.Document, "PackageReference")
               let owner = s_packageOwners.GetValueOrDefault(package)
               where owner != p.Name
               select $"{p.Name} uses the package {package}, which belongs to {owner ?? "no project yet"}",
        ];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void ProjectFiles_AreShortAndWithoutVersions()
    {
        string[] wrong =
        [
            .. from file in ProjectFiles("src").Concat(ProjectFiles("tests"))
               let lines = File.ReadAllLines(file).Length
               where lines > ProjectLinesMax || File.ReadAllText(file).Contains("Version=\"", StringComparison.Ordinal)
               select $"{Path.GetRelativePath(Repository.Root, file)}: {lines} lines, at most {ProjectLinesMax}, and no Version=",
        ];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void PackageVersions_ArePinned()
    {
        XDocument versions = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props"));
        string[] loose =
        [
            .. versions.Descendants("PackageVersion").Where(p => p.Attribute("Version")!.Value is not ['[', .., ']'])
                .Select(p => p.Attribute("Include")!.Value),
        ];
        Assert.True(loose.Length == 0, "Not pinned to one version: " + string.Join(", ", loose));
    }

    [Fact]
    public void Solution_HasEveryProject()
    {
        string solution = File.ReadAllText(Path.Combine(Repository.Root, "Backend.sln")).Replace('\\', '/');
        string[] missing =
        [
            .. ProjectFiles("src").Concat(ProjectFiles("tests")).Select(p => Path.GetRelativePath(Repository.Root, p).Replace('\\', '/'))
                .Where(p => !solution.Contains(p, StringComparison.Ordinal)),
        ];
        Assert.True(missing.Length == 0, "Not in Backend.sln: " + string.Join(", ", missing));
    }

    private static IEnumerable<(string Name, XDocument Document)> Projects(string below) =>
        ProjectFiles(below).Select(p => (Path.GetFileNameWithoutExtension(p), XDocument.Load(p)));

    private static IEnumerable<string> ProjectFiles(string below) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, below), "*.csproj", SearchOption.AllDirectories)
            .Where(p => !SourceFile.IsOutput(Path.GetRelativePath(Repository.Root, p)));

    private static IEnumerable<string> References(XDocument document, string kind) =>
        document.Descendants(kind).Select(r => r.Attribute("Include")?.Value).OfType<string>();
}
