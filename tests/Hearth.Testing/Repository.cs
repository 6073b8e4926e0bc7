namespace Hearth.Testing;

/// <summary>Places of the repository that tests read from.</summary>
public static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Find();

    /// <summary>
    /// A path below the folder of real inputs beside the repository. Skips the test where the folder is absent; in CI that fails.
    /// </summary>
    public static string SharedData(string relative)
    {
        string path = Path.GetFullPath(Path.Combine(Root, "..", "shared", "data", relative));
        Require.That(File.Exists(path) || Directory.Exists(path), $"The real input '{relative}' is not in ../shared/data.");
        return path;
    }

    /// <summary>The path of a file in the source folder of a test project, e.g. <c>Hearth.Profiles.Tests</c>.</summary>
    public static string TestFile(string project, params string[] parts) => Path.Combine([Root, "tests", project, .. parts]);

    private static string Find()
    {
        for (string? at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "Backend.sln")))
            {
                return at;
            }
        }

        throw new InvalidOperationException("No folder above the test's has Backend.sln: run the tests from inside the repository.");
    }
}
