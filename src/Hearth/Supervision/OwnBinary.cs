using System.Diagnostics;

namespace Hearth.Supervision;

/// <summary>How to start this program again: the app host itself, or the <c>dotnet</c> host with the same assembly.</summary>
internal static class OwnBinary
{
    /// <summary>A start of this binary with a verb.</summary>
    public static ProcessStartInfo StartInfo(IEnumerable<string> arguments)
    {
        string process = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this process is not known.");
        var start = new ProcessStartInfo(process) { UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(process).Equals("dotnet", StringComparison.Ordinal))
        {
            start.ArgumentList.Add(typeof(OwnBinary).Assembly.Location);
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }
}
