namespace Hearth.Tests.Architecture;

/// <summary>One C# file of the repository: its lines, and its code without comments and texts.</summary>
internal sealed class SourceFile
{
    private SourceFile(string root, string path)
    {
        Path = System.IO.Path.GetRelativePath(root, path).Replace('\\', '/');
        Text = File.ReadAllText(path);
        Lines = Text.Split('\n');
        Code = CodeMask.Apply(Text);
        string[] parts = Path.Split('/');
        Project = parts[1];
        Folder = parts.Length > 3 ? parts[2] : "";
    }

    /// <summary>Path from the repository's root.</summary>
    public string Path { get; }

    /// <summary>The whole text.</summary>
    public string Text { get; }

    /// <summary>The text by line.</summary>
    public string[] Lines { get; }

    /// <summary>The text with comments and the contents of literals blanked; same length, same lines.</summary>
    public string Code { get; }

    /// <summary>Project folder, such as <c>Hearth.Wire</c>.</summary>
    public string Project { get; }

    /// <summary>First folder inside the project, or empty.</summary>
    public string Folder { get; }

    /// <summary>Every C# file below a folder of the repository, without build output.</summary>
    public static IReadOnlyList<SourceFile> Below(string root, string folder) =>
    [
        .. Directory.EnumerateFiles(System.IO.Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(p => !IsOutput(p)).Order(StringComparer.Ordinal).Select(p => new SourceFile(root, p)),
    ];

    /// <summary>True for what a build or a package manager wrote.</summary>
    public static bool IsOutput(string path) =>
        path.Replace('\\', '/').Split('/').Any(p => p is "obj" or "bin" or "artifacts" or "node_modules" or ".git");
}
