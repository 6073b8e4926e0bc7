using Xunit;

namespace Hearth.Testing;

/// <summary>What a test needs from the machine. A missing thing skips the test with the reason; in CI (<c>CI=true</c>) it fails.</summary>
public static class Require
{
    /// <summary>The path of a program on PATH.</summary>
    public static string Tool(string name)
    {
        string? path = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
        That(path is not null, $"The program '{name}' is not on PATH.");
        return path!;
    }

    /// <summary>A file or folder that must exist; returns its path.</summary>
    public static string Existing(string path)
    {
        That(Path.Exists(path), $"'{path}' does not exist.");
        return path;
    }

    /// <summary>Goes on when the condition holds; otherwise skips with the reason, or fails in CI.</summary>
    public static void That(bool condition, string reason)
    {
        if (condition)
        {
            return;
        }

        if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
        {
            Assert.Fail($"{reason} In CI everything a test needs must be there.");
        }

        Assert.Skip(reason);
    }
}
