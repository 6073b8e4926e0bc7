using System.Runtime.CompilerServices;
using Xunit;

namespace Hearth.Testing;

/// <summary>
/// Golden texts in the folder <c>Golden</c> beside the test project's file. Set <c>HEARTH_UPDATE_GOLDEN=1</c> to write them anew.
/// </summary>
public static class Golden
{
    /// <summary>Compares with a golden text, or writes it when asked to.</summary>
    public static void Verify(string name, string actual, [CallerFilePath] string caller = "")
    {
        string path = PathOf(name, caller);
        if (Environment.GetEnvironmentVariable("HEARTH_UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
            return;
        }

        Assert.True(File.Exists(path), $"There is no golden text {name}: run once with HEARTH_UPDATE_GOLDEN=1 and look at what it writes.");
        Assert.Equal(File.ReadAllText(path), actual);
    }

    /// <summary>The path of a golden text of the calling test's project.</summary>
    public static string PathOf(string name, [CallerFilePath] string caller = "")
    {
        string tests = Path.Combine(Repository.Root, "tests");
        string[] parts = caller.Replace('\\', '/').Split('/');
        int at = Array.LastIndexOf(parts, "tests");
        return Path.Combine(tests, parts[at + 1], "Golden", name);
    }
}
