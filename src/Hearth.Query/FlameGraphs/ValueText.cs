using System.Globalization;

namespace Hearth.Query.FlameGraphs;

/// <summary>Amounts as people read them: three digits and a scaled unit.</summary>
internal static class ValueText
{
    private static readonly (double Size, string Unit)[] Times =
        [(3_600e9, "h"), (60e9, "min"), (1e9, "s"), (1e6, "ms"), (1e3, "us"), (1, "ns")];

    private static readonly (double Size, string Unit)[] Sizes =
        [(1L << 40, "TB"), (1L << 30, "GB"), (1L << 20, "MB"), (1L << 10, "kB"), (1, "B")];

    /// <summary>A value in the unit of its profile type ("nanoseconds", "bytes", or anything else as a plain number).</summary>
    public static string Of(long value, string unit) => unit switch
    {
        "nanoseconds" => Scaled(value, Times),
        "bytes" => Scaled(value, Sizes),
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>A share of a total in percent.</summary>
    public static string Share(long value, long total) =>
        (total <= 0 ? 0 : 100.0 * value / total).ToString("0.##", CultureInfo.InvariantCulture) + "%";

    private static string Scaled(long value, (double Size, string Unit)[] scale)
    {
        foreach ((double size, string unit) in scale)
        {
            if (value >= size)
            {
                return (value / size).ToString("0.##", CultureInfo.InvariantCulture) + unit;
            }
        }

        return "0";
    }
}
