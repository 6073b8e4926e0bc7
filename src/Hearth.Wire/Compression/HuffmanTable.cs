namespace Hearth.Wire.Compression;

/// <summary>
/// A lookup table for one canonical Huffman code (RFC 1951, 3.2.2): a root table on the first bits, second-level tables for longer codes.
/// An entry is: bits 0-4 code length, bits 5-7 kind, bits 8-12 extra bits (or index bits of a second-level table), bits 16-31 value.
/// </summary>
internal sealed class HuffmanTable
{
    /// <summary>Longest code DEFLATE knows, in bits.</summary>
    public const int CodeBitsMax = 15;

    /// <summary>Kinds of entry, in place.</summary>
    public const uint KindMask = 7 << 5, Literal = 0, Match = 1 << 5, End = 2 << 5, Deeper = 3 << 5, Invalid = 4 << 5;

    private readonly uint[] _entries;
    private readonly int _rootBitsMax;
    private readonly uint[] _symbols;
    private readonly ushort[] _sorted;

    /// <summary>
    /// A table for codes of the symbols that <paramref name="symbols"/> describes. <paramref name="capacity"/> is the proven maximum of
    /// entries for this alphabet, root size and 15-bit codes (zlib's "enough" program: 2342 for 288/11, 402 for 32/8).
    /// </summary>
    public HuffmanTable(uint[] symbols, int rootBitsMax, int capacity)
    {
        _symbols = symbols;
        _sorted = new ushort[symbols.Length];
        _rootBitsMax = rootBitsMax;
        _entries = new uint[capacity];
    }

    /// <summary>The entries.</summary>
    public ReadOnlySpan<uint> Entries => _entries;

    /// <summary>Index bits of the root table.</summary>
    public int RootBits { get; private set; } = 1;

    /// <summary>
    /// Builds the table from the code length of each symbol, 0 for a symbol without a code. False if the lengths are no prefix code, or an
    /// incomplete one; the one incomplete code allowed is a single code of one bit, or none, where <paramref name="mayBeSingle"/>.
    /// </summary>
    public bool Build(ReadOnlySpan<byte> lengths, bool mayBeSingle)
    {
        Span<int> counts = stackalloc int[CodeBitsMax + 1];
        counts.Clear();
        foreach (byte length in lengths)
        {
            counts[length]++;
        }

        int longest = CodeBitsMax;
        while (longest > 0 && counts[longest] == 0)
        {
            longest--;
        }

        int left = 1;
        for (int length = 1; length <= CodeBitsMax; length++)
        {
            left = (left << 1) - counts[length];
            if (left < 0)
            {
                return false;
            }
        }

        if (left > 0 && !(mayBeSingle && longest <= 1))
        {
            return false;
        }

        RootBits = Math.Clamp(longest, 1, _rootBitsMax);
        _entries.AsSpan(0, 1 << RootBits).Fill(Invalid);
        Sort(lengths, counts);
        Fill(counts, longest);
        return true;
    }

    private void Sort(ReadOnlySpan<byte> lengths, ReadOnlySpan<int> counts)
    {
        Span<int> next = stackalloc int[CodeBitsMax + 2];
        next[1] = 0;
        for (int length = 1; length <= CodeBitsMax; length++)
        {
            next[length + 1] = next[length] + counts[length];
        }

        for (int symbol = 0; symbol < lengths.Length; symbol++)
        {
            if (lengths[symbol] != 0)
            {
                _sorted[next[lengths[symbol]]++] = (ushort)symbol;
            }
        }
    }

    private void Fill(ReadOnlySpan<int> counts, int longest)
    {
        Span<uint> entries = _entries;
        uint code = 0;
        int at = 0;
        int free = 1 << RootBits;
        uint rootMask = (1u << RootBits) - 1;
        uint openPrefix = uint.MaxValue;
        int tableStart = 0;
        int tableBits = 0;
        for (int length = 1; length <= longest; length++, code <<= 1)
        {
            for (int remaining = counts[length]; remaining > 0; remaining--, code++)
            {
                uint entry = _symbols[_sorted[at++]] | (uint)length;
                uint reversed = Reverse(code, length);
                if (length <= RootBits)
                {
                    Repeat(entries[..(1 << RootBits)], (int)reversed, 1 << length, entry);
                    continue;
                }

                if ((reversed & rootMask) != openPrefix)
                {
                    openPrefix = reversed & rootMask;
                    tableStart = free;
                    tableBits = SecondLevelBits(counts, length, longest, remaining);
                    free += 1 << tableBits;
                    entries[(int)openPrefix] = Deeper | ((uint)tableBits << 8) | ((uint)tableStart << 16) | (uint)RootBits;
                }

                Repeat(entries.Slice(tableStart, 1 << tableBits), (int)(reversed >> RootBits), 1 << (length - RootBits), entry);
            }
        }
    }

    /// <summary>Index bits the second-level table needs that starts with a code of this length: it takes codes until it is full.</summary>
    private int SecondLevelBits(ReadOnlySpan<int> counts, int length, int longest, int remaining)
    {
        int bits = length - RootBits;
        int room = (1 << bits) - remaining;
        while (room > 0 && RootBits + bits < longest)
        {
            bits++;
            room = (room << 1) - counts[RootBits + bits];
        }

        return bits;
    }

    private static void Repeat(Span<uint> table, int first, int step, uint entry)
    {
        for (int i = first; i < table.Length; i += step)
        {
            table[i] = entry;
        }
    }

    private static uint Reverse(uint code, int length)
    {
        code = ((code & 0x5555) << 1) | ((code >> 1) & 0x5555);
        code = ((code & 0x3333) << 2) | ((code >> 2) & 0x3333);
        code = ((code & 0x0F0F) << 4) | ((code >> 4) & 0x0F0F);
        code = ((code & 0x00FF) << 8) | (code >> 8);
        return code >> (16 - length);
    }
}
