using System.Globalization;

namespace Hearth.Query.Pyroscope;

/// <summary>
/// Times of the render API: <c>now</c>, <c>now-3h</c> with one offset in s, m, h, d, w, M (30 days) or y (365 days); Unix seconds,
/// milliseconds, microseconds or nanoseconds, told apart by the number of digits; <c>YYYYMMDD</c>, midnight UTC.
/// </summary>
internal static class RenderTime
{
    /// <summary>A time in Unix milliseconds; false when the text is none of these forms.</summary>
    public static bool TryParse(string text, DateTimeOffset now, out long milliseconds)
    {
        milliseconds = now.ToUnixTimeMilliseconds();
        text = text.Trim();
        if (text is "now")
        {
            return true;
        }

        if (text.StartsWith("now-", StringComparison.Ordinal))
        {
            return TryOffset(text.AsSpan(4), ref milliseconds);
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            return false;
        }

        if (text.Length == 8 && DateTimeOffset.TryParseExact(
                text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset day))
        {
            milliseconds = day.ToUnixTimeMilliseconds();
            return true;
        }

        milliseconds = text.Length switch
        {
            <= 10 => number * 1_000,
            <= 13 => number,
            <= 16 => number / 1_000,
            _ => number / 1_000_000,
        };
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<char> text, ref long milliseconds)
    {
        if (text.Length < 2 || !long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out long count)
            || count > 1_000_000_000)
        {
            return false;
        }

        long seconds = text[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 7 * 86_400,
            'M' => 30 * 86_400,
            'y' => 365 * 86_400,
            _ => 0,
        };
        milliseconds = Math.Max(1, milliseconds - (count * seconds * 1_000));
        return seconds > 0;
    }
}
