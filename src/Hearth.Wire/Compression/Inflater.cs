using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Hearth.Wire.Compression;

/// <summary>
/// Decodes one raw DEFLATE stream (RFC 1951) from memory into a <see cref="PooledBuffer"/> with a running count of its output.
/// The platform's streams are not used for reading because they neither report a truncated stream nor where it ended. Every access is
/// bounds-checked; bad bytes end in a <see cref="DecompressResult"/>. Not safe for concurrent use; <see cref="Shared"/> is one per thread.
/// </summary>
internal sealed class Inflater
{
    private const int LiteralRootBits = 11;
    private const int DistanceRootBits = 8;
    private const int MatchMax = 258;

    /// <summary>Room kept free behind the output: one match, what its eight-byte copies overshoot, and the literals of one turn.</summary>
    private const int Slack = MatchMax + 16;

    [ThreadStatic]
    private static Inflater? _shared;

    private static readonly (HuffmanTable Literals, HuffmanTable Distances) Fixed = FixedTables();

    private readonly HuffmanTable _literals = new(DeflateAlphabet.Literals, LiteralRootBits, 2342);
    private readonly HuffmanTable _distances = new(DeflateAlphabet.Distances, DistanceRootBits, 402);
    private readonly HuffmanTable _lengthCodes = new(DeflateAlphabet.LengthCodes, 7, 128);

    /// <summary>This thread's inflater.</summary>
    public static Inflater Shared => _shared ??= new Inflater();

    /// <summary>
    /// Appends the output of the stream that starts at <paramref name="position"/>, and moves the position behind it. The output's whole
    /// length stays within <paramref name="lengthMax"/>.
    /// </summary>
    public DecompressResult Inflate(ReadOnlySpan<byte> input, ref int position, PooledBuffer output, int lengthMax)
    {
        BitReader reader = new(input, position);
        int start = output.Length;
        DecompressResult result = DecompressResult.Ok;
        bool last = false;
        while (!last && result == DecompressResult.Ok)
        {
            reader.Refill();
            last = reader.Take(1) != 0;
            uint kind = reader.Take(2);
            result = reader.Count < 0
                ? DecompressResult.Truncated
                : kind switch
                {
                    0 => CopyStored(input, ref reader, output, lengthMax),
                    1 => Decode(ref reader, Fixed.Literals, Fixed.Distances, output, start, lengthMax),
                    2 => DecodeDynamic(ref reader, output, start, lengthMax),
                    _ => DecompressResult.Corrupt,
                };
        }

        position = reader.AlignToByte();
        return result;
    }

    private static DecompressResult CopyStored(ReadOnlySpan<byte> input, ref BitReader reader, PooledBuffer output, int lengthMax)
    {
        int at = reader.AlignToByte();
        if (input.Length - at < 4)
        {
            return DecompressResult.Truncated;
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(input[at..]);
        int complement = BinaryPrimitives.ReadUInt16LittleEndian(input[(at + 2)..]);
        if (length != (~complement & 0xFFFF))
        {
            return DecompressResult.Corrupt;
        }

        at += 4;
        if (input.Length - at < length)
        {
            return DecompressResult.Truncated;
        }

        if (length > lengthMax - output.Length)
        {
            return DecompressResult.TooLarge;
        }

        output.Append(input.Slice(at, length));
        reader.MoveTo(at + length);
        return DecompressResult.Ok;
    }

    private DecompressResult DecodeDynamic(ref BitReader reader, PooledBuffer output, int start, int lengthMax)
    {
        Span<byte> lengths = stackalloc byte[DeflateAlphabet.LiteralsMax + DeflateAlphabet.DistancesMax];
        reader.Refill();
        int literals = (int)reader.Take(5) + 257;
        int distances = (int)reader.Take(5) + 1;
        int lengthCodes = (int)reader.Take(4) + 4;
        if (literals > DeflateAlphabet.LiteralsMax || distances > DeflateAlphabet.DistancesMax)
        {
            return reader.Count < 0 ? DecompressResult.Truncated : DecompressResult.Corrupt;
        }

        Span<byte> codeLengths = stackalloc byte[DeflateAlphabet.LengthCodeOrder.Length];
        codeLengths.Clear();
        for (int i = 0; i < lengthCodes; i++)
        {
            reader.Refill();
            codeLengths[DeflateAlphabet.LengthCodeOrder[i]] = (byte)reader.Take(3);
        }

        if (reader.Count < 0)
        {
            return DecompressResult.Truncated;
        }

        lengths = lengths[..(literals + distances)];
        DecompressResult result = _lengthCodes.Build(codeLengths, mayBeSingle: false)
            ? ReadLengths(ref reader, lengths)
            : DecompressResult.Corrupt;
        if (result != DecompressResult.Ok)
        {
            return result;
        }

        bool usable = lengths[256] != 0
            && _literals.Build(lengths[..literals], mayBeSingle: true)
            && _distances.Build(lengths[literals..], mayBeSingle: true);
        return usable ? Decode(ref reader, _literals, _distances, output, start, lengthMax) : DecompressResult.Corrupt;
    }

    private DecompressResult ReadLengths(ref BitReader reader, scoped Span<byte> lengths)
    {
        ReadOnlySpan<uint> codes = _lengthCodes.Entries;
        uint mask = (1u << _lengthCodes.RootBits) - 1;
        int at = 0;
        while (at < lengths.Length)
        {
            reader.Refill();
            uint entry = codes[(int)((uint)reader.Bits & mask)];
            reader.Drop((int)(entry & 31));
            uint symbol = entry >> 16;
            if (symbol < 16)
            {
                lengths[at++] = (byte)symbol;
            }
            else
            {
                int repeat = (int)(symbol == 18 ? 11 + reader.Take(7) : 3 + reader.Take(symbol == 16 ? 2 : 3));
                if (repeat > lengths.Length - at || (symbol == 16 && at == 0))
                {
                    return reader.Count < 0 ? DecompressResult.Truncated : DecompressResult.Corrupt;
                }

                lengths.Slice(at, repeat).Fill(symbol == 16 ? lengths[at - 1] : (byte)0);
                at += repeat;
            }

            if (reader.Count < 0)
            {
                return DecompressResult.Truncated;
            }
        }

        return DecompressResult.Ok;
    }

    private static DecompressResult Decode(
        ref BitReader source, HuffmanTable literalTable, HuffmanTable distanceTable, PooledBuffer output, int start, int lengthMax)
    {
        // The reader is copied so that its fields live in registers; 56 bits cover the longest symbol pair (15 + 5 + 15 + 13 = 48).
        BitReader reader = source;
        ReadOnlySpan<uint> literals = literalTable.Entries;
        ReadOnlySpan<uint> distances = distanceTable.Entries;
        int rootBits = literalTable.RootBits;
        int distanceBits = distanceTable.RootBits;
        uint mask = (1u << rootBits) - 1;
        int at = output.Length;
        Span<byte> room = output.Whole;
        DecompressResult result = DecompressResult.Ok;
        while (true)
        {
            if (room.Length - at < Slack)
            {
                output.SetLength(at);
                output.Reserve(Slack);
                room = output.Whole;
            }

            reader.Refill();
            uint entry = Look(literals, reader.Bits, mask, rootBits);
            for (int more = 0; more < 2 && (entry & HuffmanTable.KindMask) == HuffmanTable.Literal; more++)
            {
                reader.Drop((int)(entry & 31));
                room[at++] = (byte)(entry >> 16);
                entry = Look(literals, reader.Bits, mask, rootBits);
            }

            reader.Drop((int)(entry & 31));
            uint kind = entry & HuffmanTable.KindMask;
            if (kind == HuffmanTable.Literal)
            {
                room[at++] = (byte)(entry >> 16);
            }
            else if (kind != HuffmanTable.Match || !CopyMatch(ref reader, entry, distances, distanceBits, room, start, ref at))
            {
                result = kind == HuffmanTable.End ? DecompressResult.Ok : DecompressResult.Corrupt;
                break;
            }

            if (reader.Count < 0 || at > lengthMax)
            {
                break;
            }
        }

        output.SetLength(Math.Min(at, room.Length));
        result = reader.Count < 0 || (result == DecompressResult.Corrupt && reader.AtEnd && reader.Count < HuffmanTable.CodeBitsMax)
            ? DecompressResult.Truncated
            : at > lengthMax ? DecompressResult.TooLarge : result;
        source = reader;
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Look(ReadOnlySpan<uint> table, ulong bits, uint mask, int rootBits)
    {
        uint entry = table[(int)((uint)bits & mask)];
        if ((entry & HuffmanTable.KindMask) == HuffmanTable.Deeper)
        {
            uint index = (uint)(bits >> rootBits) & ((1u << (int)((entry >> 8) & 31)) - 1);
            entry = table[(int)((entry >> 16) + index)];
        }

        return entry;
    }

    /// <summary>Copies one match. False if the distance code does not exist or reaches before the start of the stream.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool CopyMatch(
        ref BitReader reader, uint lengthEntry, ReadOnlySpan<uint> distances, int rootBits, Span<byte> room, int start, ref int at)
    {
        int length = (int)((lengthEntry >> 16) + reader.Take((int)((lengthEntry >> 8) & 31)));
        reader.Refill();
        uint entry = Look(distances, reader.Bits, (1u << rootBits) - 1, rootBits);
        reader.Drop((int)(entry & 31));
        int distance = (int)((entry >> 16) + reader.Take((int)((entry >> 8) & 31)));
        if ((entry & HuffmanTable.KindMask) != HuffmanTable.Match || distance > at - start)
        {
            return false;
        }

        if (distance >= 8)
        {
            // Whole words; what overshoots lies in the slack and is overwritten by what comes next.
            int from = at - distance;
            int to = at;
            do
            {
                BinaryPrimitives.WriteUInt64LittleEndian(room[to..], BinaryPrimitives.ReadUInt64LittleEndian(room[from..]));
                to += 8;
                from += 8;
            }
            while (to < at + length);
        }
        else if (distance == 1)
        {
            room.Slice(at, length).Fill(room[at - 1]);
        }
        else
        {
            for (int i = at; i < at + length; i++)
            {
                room[i] = room[i - distance];
            }
        }

        at += length;
        return true;
    }

    private static (HuffmanTable Literals, HuffmanTable Distances) FixedTables()
    {
        Span<byte> lengths = stackalloc byte[288];
        lengths[..144].Fill(8);
        lengths[144..256].Fill(9);
        lengths[256..280].Fill(7);
        lengths[280..].Fill(8);
        HuffmanTable literals = new(DeflateAlphabet.Literals, LiteralRootBits, 2342);
        literals.Build(lengths, mayBeSingle: false);
        lengths[..32].Fill(5);
        HuffmanTable distances = new(DeflateAlphabet.Distances, DistanceRootBits, 402);
        distances.Build(lengths[..32], mayBeSingle: false);
        return (literals, distances);
    }
}
