using Hearth.Lifetime;
using Hearth.Settings;

namespace Hearth.Cli;

/// <summary>Prints the version of this build.</summary>
internal static class VersionVerb
{
    /// <summary>The version with the commit it was built from, where the build knew it.</summary>
    public static string Text { get; } =
        typeof(VersionVerb).Assembly.GetCustomAttributes(typeof(System.Reflection.AssemblyInformationalVersionAttribute), false)
            is [System.Reflection.AssemblyInformationalVersionAttribute version, ..]
            ? version.InformationalVersion
            : "unknown";

    /// <summary>Writes one line to standard output.</summary>
    public static async Task<int> RunAsync(SettingSet settings)
    {
        await Console.Out.WriteLineAsync($"hearth {Text}");
        return ExitCode.Ok;
    }
}
