namespace Hearth.Profiles.Labels;

/// <summary>
/// The order of strings by their UTF-8 bytes. Differs from UTF-16 ordinal order only where a surrogate (a character above
/// U+FFFF) meets a character in U+E000..U+FFFF: the larger UTF-16 unit is then the smaller character.
/// </summary>
internal static class Utf8Order
{
    public static int Compare(string left, string right)
    {
        int at = left.AsSpan().CommonPrefixLength(right);
        if (at == left.Length || at == right.Length)
        {
            return left.Length - right.Length;
        }

        return Rank(left[at]) - Rank(right[at]);
    }

    // Surrogates (D800..DFFF) move above the rest of the plane, which moves down to fill the gap.
    private static int Rank(char unit) => unit < 0xD800 ? unit : unit < 0xE000 ? unit + 0x2000 : unit - 0x800;
}
