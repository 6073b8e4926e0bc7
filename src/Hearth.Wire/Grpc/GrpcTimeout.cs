using System.Globalization;

namespace Hearth.Wire.Grpc;

/// <summary>The grpc-timeout header: one to eight digits and a unit out of H, M, S, m, u, n.</summary>
internal static class GrpcTimeout
{
    private const int DigitsMax = 8;
    private const long ValueMax = 99_999_999;

    /// <summary>Reads the header; false if it is malformed.</summary>
    public static bool TryParse(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > DigitsMax + 1
            || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out long value))
        {
            return false;
        }

        long ticks = text[^1] switch
        {
            'H' => value * TimeSpan.TicksPerHour,
            'M' => value * TimeSpan.TicksPerMinute,
            'S' => value * TimeSpan.TicksPerSecond,
            'm' => value * TimeSpan.TicksPerMillisecond,
            'u' => value * TimeSpan.TicksPerMicrosecond,
            'n' => value / TimeSpan.NanosecondsPerTick,
            _ => -1,
        };
        timeout = TimeSpan.FromTicks(ticks);
        return ticks >= 0;
    }

    /// <summary>Writes a time span in the finest unit that fits, rounded down and at least 1.</summary>
    public static string Format(TimeSpan timeout)
    {
        long micros = Math.Max(timeout.Ticks / TimeSpan.TicksPerMicrosecond, 1);
        return micros <= ValueMax ? Text(micros, 'u')
            : micros / 1_000 <= ValueMax ? Text(micros / 1_000, 'm')
            : Text(Math.Min(micros / 1_000_000, ValueMax), 'S');
    }

    private static string Text(long value, char unit) => value.ToString(CultureInfo.InvariantCulture) + unit;
}
