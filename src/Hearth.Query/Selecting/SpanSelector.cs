using System.Globalization;

namespace Hearth.Query.Selecting;

/// <summary>Reads span ids as a request names them: 16 hexadecimal digits, the big-endian form of W3C trace context.</summary>
internal static class SpanSelector
{
    /// <summary>
    /// The ids of a list; null for an empty list, which filters nothing. A template that Grafana left unresolved
    /// (<c>${__span.tags["…"]}</c>, sent for spans without a profile) names no span: it is left out, and a list of nothing else
    /// selects no sample. Any other text that is not a span id makes false with a sentence.
    /// </summary>
    public static bool TryParse(IReadOnlyCollection<string> texts, out ulong[]? spans, out string? error)
    {
        spans = null;
        error = null;
        if (texts.Count == 0)
        {
            return true;
        }

        List<ulong> found = [];
        foreach (string text in texts)
        {
            if (text.Contains("${", StringComparison.Ordinal))
            {
                continue;
            }

            if (text.Length != 16
                || !ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong span))
            {
                error = "invalid span id: span_selector takes ids of 16 hexadecimal digits.";
                return false;
            }

            // 0 is "no span" in the store and must not select the samples that have none.
            if (span != 0)
            {
                found.Add(span);
            }
        }

        spans = [.. found.Distinct()];
        return true;
    }
}
