using System.Globalization;
using Hearth.Testing;

namespace Hearth.Profiles.Tests.Formats.Pprof;

/// <summary>The reference reader: <c>go tool pprof</c>.</summary>
internal static class GoPprof
{
    /// <summary>Everything the tool read, as text.</summary>
    public static string Raw(string path) => Tool.Run(Require.Tool("go"), "tool", "pprof", "-symbolize=none", "-raw", path);

    /// <summary>The functions with the largest values.</summary>
    public static string Top(string path)
    {
        string text = Tool.Run(Require.Tool("go"), "tool", "pprof", "-symbolize=none", "-top", "-nodecount=200", path);
        return string.Join('\n', text.Split('\n').Where(line => !line.StartsWith("File:", StringComparison.Ordinal)));
    }

    /// <summary>The sum of each sample type. (The tool merges equal samples and leaves out those with zeros only.)</summary>
    public static IReadOnlyList<long> Totals(string raw)
    {
        string[] lines = raw.Split('\n');
        int at = Array.IndexOf(lines, "Samples:") + 1;
        long[] totals = new long[lines[at].Split(' ', StringSplitOptions.RemoveEmptyEntries).Length];
        for (at++; lines[at] != "Locations"; at++)
        {
            // A sample is its values, a colon, and location ids; lines of labels have no number in front of a colon.
            string[] parts = lines[at].Split(": ", 2);
            string[] values = parts[0].TrimEnd(':').Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (values.Length == totals.Length && values.All(value => long.TryParse(value, CultureInfo.InvariantCulture, out _)))
            {
                for (int type = 0; type < totals.Length; type++)
                {
                    totals[type] += long.Parse(values[type], CultureInfo.InvariantCulture);
                }
            }
        }

        return totals;
    }
}
