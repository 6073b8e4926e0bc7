using Hearth.Testing;
using Xunit;

namespace Hearth.Tests.Architecture;

public sealed class FolderRulesTests
{
    /// <summary>Third-party namespaces and the only folders that may know them.</summary>
    private static readonly (string Namespace, string Owner)[] s_owners =
    [
        ("System.CommandLine", "src/Hearth/Cli/"),
        ("OpenTelemetry", "src/Hearth/Telemetry/"),
        ("Google.Protobuf", "src/Hearth.Query/"),
        ("Microsoft.Diagnostics.NETCore.Client", "src/Hearth.Collector/Runtimes/Dotnet/"),
        ("Microsoft.Diagnostics.Tracing", "src/Hearth.Collector/Runtimes/Dotnet/"),
    ];

    private static readonly IReadOnlyList<SourceFile> s_files = SourceFile.Below(Repository.Root, "src");

    [Fact]
    public void ThirdPartyNamespaces_AreKnownToOneFolder()
    {
        string[] wrong =
        [
            .. from file in s_files
               from used in Declarations.Usings(file)
               from owner in s_owners
               where used == owner.Namespace || used.StartsWith(owner.Namespace + ".", StringComparison.Ordinal)
               where !file.Path.StartsWith(owner.Owner, StringComparison.Ordinal)
               select $"{file.Path} uses {used}, which only {owner.Owner} may",
        ];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    /// <summary>
    /// A project's own folder is its front door (registration, which sees the folders; options and metrics, which they see), so the rule is
    /// between the folders.
    /// </summary>
    [Fact]
    public void Folders_KeepOneDirection()
    {
        List<string> circles = [];
        var inside = Edges().Where(e => e.From.Length > 0 && e.To.Length > 0);
        foreach (IGrouping<string, (string Project, string From, string To, string File)> project in inside.GroupBy(e => e.Project))
        {
            ILookup<string, string> next = project.ToLookup(e => e.From, e => e.To);
            foreach (string folder in next.Select(n => n.Key))
            {
                if (PathBack(folder, next) is { } path)
                {
                    string first = project.First(e => e.From == path[0] && e.To == path[1]).File;
                    circles.Add($"{project.Key}: {string.Join(" → ", path)} (for example {first})");
                }
            }
        }

        Assert.True(circles.Count == 0, "Folders that need each other:\n" + string.Join('\n', circles));
    }

    [Fact]
    public void Folders_HaveTheWrittenEdges() =>
        Golden.Verify(
            "FolderEdges.txt",
            string.Concat(Edges().Select(e => $"{e.Project}: {Shown(e.From)} → {Shown(e.To)}\n")
                .Distinct().Order(StringComparer.Ordinal)));

    [Fact]
    public void Folders_AreNamedForWhatTheyHold()
    {
        string[] wrong = [.. s_files.Where(f => f.Path.Split('/').Any(IsEmptyName)).Select(f => f.Path)];
        Assert.True(wrong.Length == 0, "Names that say nothing:\n" + string.Join('\n', wrong));
    }

    /// <summary>Utils, Helpers, Common, Manager and Misc, as a whole name or as its end.</summary>
    private static bool IsEmptyName(string name)
    {
        string plain = Path.GetFileNameWithoutExtension(name);
        return new[] { "Util", "Utils", "Utility", "Helper", "Helpers", "Common", "Manager", "Misc" }
            .Any(w => plain.EndsWith(w, StringComparison.Ordinal));
    }

    /// <summary>An edge is a type of another folder of the same project, named where its namespace is in sight.</summary>
    private static IEnumerable<(string Project, string From, string To, string File)> Edges()
    {
        foreach (IGrouping<string, SourceFile> project in s_files.GroupBy(f => f.Project))
        {
            var folders = project
                .SelectMany(f => Declarations.TopLevelTypes(f).Select(t => (t.Name, f.Folder, Namespace: Declarations.Namespace(f))))
                .ToLookup(t => t.Name, t => (t.Folder, t.Namespace));
            foreach (SourceFile file in project)
            {
                string own = Declarations.Namespace(file);
                IReadOnlyList<string> seen = Declarations.Usings(file);
                foreach (string name in Declarations.Identifiers(file).Where(folders.Contains))
                {
                    if (folders[name].Any(t => t.Folder == file.Folder && IsInSight(t.Namespace, own, seen)))
                    {
                        continue;
                    }

                    foreach ((string folder, string _) in folders[name].Where(t => IsInSight(t.Namespace, own, seen)))
                    {
                        yield return (project.Key, file.Folder, folder, file.Path);
                    }
                }
            }
        }
    }

    private static bool IsInSight(string declared, string own, IReadOnlyList<string> usings) =>
        own == declared || own.StartsWith(declared + ".", StringComparison.Ordinal) || usings.Contains(declared);

    private static List<string>? PathBack(string start, ILookup<string, string> next)
    {
        var cameFrom = new Dictionary<string, string>(StringComparer.Ordinal);
        var queue = new Queue<string>([start]);
        while (queue.TryDequeue(out string? at))
        {
            foreach (string to in next[at].Distinct())
            {
                if (to == start)
                {
                    List<string> path = [to];
                    for (string step = at; step != start; step = cameFrom[step])
                    {
                        path.Insert(0, step);
                    }

                    path.Insert(0, start);
                    return path;
                }

                if (cameFrom.TryAdd(to, at))
                {
                    queue.Enqueue(to);
                }
            }
        }

        return null;
    }

    private static string Shown(string folder) => folder.Length == 0 ? "(root)" : folder;
}
