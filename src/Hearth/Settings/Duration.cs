using System.Globalization;

namespace Hearth.Settings;

/// <summary>Spans of time as people type them: a number and one unit of ms, s, m, h, d (<c>500ms</c>, <c>1.5h</c>).</summary>
internal static class Duration
{
    private static readonly (string Suffix, double Seconds)[] s_units =
        [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)];

    private const double SecondsMax = 3650d * 86400;

    /// <summary>Reads a span; false for anything but a finite number from 0 to ten years with a known unit.</summary>
    public static bool TryParse(string text, out TimeSpan span)
    {
        span = default;
        foreach ((string suffix, double seconds) in s_units)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal))
            {
                continue;
            }

            ReadOnlySpan<char> digits = text.AsSpan(0, text.Length - suffix.Length);
            if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
            {
                continue;
            }

            double total = number * seconds;
            if (!(total <= SecondsMax))
            {
                return false;
            }

            span = TimeSpan.FromSeconds(total);
            return true;
        }

        return false;
    }
}
