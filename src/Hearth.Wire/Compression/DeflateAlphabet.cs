namespace Hearth.Wire.Compression;

/// <summary>The symbols of DEFLATE (RFC 1951, 3.2.5 to 3.2.7) as <see cref="HuffmanTable"/> entries without a code length.</summary>
internal static class DeflateAlphabet
{
    /// <summary>Most literal/length codes a dynamic block may have.</summary>
    public const int LiteralsMax = 286;

    /// <summary>Most distance codes a dynamic block may have.</summary>
    public const int DistancesMax = 30;

    /// <summary>Literals, end of block, match lengths; the two unused ones are invalid.</summary>
    public static readonly uint[] Literals = BuildLiterals();

    /// <summary>Match distances; the two unused ones are invalid.</summary>
    public static readonly uint[] Distances = BuildDistances();

    /// <summary>The code-length alphabet: the symbol itself is the value.</summary>
    public static readonly uint[] LengthCodes = [.. Enumerable.Range(0, 19).Select(symbol => (uint)symbol << 16)];

    /// <summary>The order in which a dynamic block lists the code lengths of the code-length alphabet.</summary>
    public static ReadOnlySpan<byte> LengthCodeOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    private static uint[] BuildLiterals()
    {
        uint[] symbols = new uint[288];
        for (uint literal = 0; literal < 256; literal++)
        {
            symbols[literal] = HuffmanTable.Literal | (literal << 16);
        }

        symbols[256] = HuffmanTable.End;
        uint length = 3;
        for (int code = 0; code < 28; code++)
        {
            int extra = code < 8 ? 0 : (code / 4) - 1;
            symbols[257 + code] = HuffmanTable.Match | ((uint)extra << 8) | (length << 16);
            length += 1u << extra;
        }

        symbols[285] = HuffmanTable.Match | (258u << 16);
        symbols[286] = symbols[287] = HuffmanTable.Invalid;
        return symbols;
    }

    private static uint[] BuildDistances()
    {
        uint[] symbols = new uint[32];
        uint distance = 1;
        for (int code = 0; code < 30; code++)
        {
            int extra = code < 4 ? 0 : (code / 2) - 1;
            symbols[code] = HuffmanTable.Match | ((uint)extra << 8) | (distance << 16);
            distance += 1u << extra;
        }

        symbols[30] = symbols[31] = HuffmanTable.Invalid;
        return symbols;
    }
}
