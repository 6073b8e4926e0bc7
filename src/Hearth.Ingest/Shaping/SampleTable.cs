using System.Runtime.CompilerServices;
using Hearth.Profiles.Model;

namespace Hearth.Ingest.Shaping;

/// <summary>
/// Adds samples of one piece up by (lane, stack, span). Samples of one lane without a span, which is nearly all of them, are found
/// directly by their stack; the others by open addressing. Nothing is allocated once the arrays fit.
/// </summary>
internal sealed class SampleTable
{
    private readonly Column<ShapedSample> _rows;
    private int[] _direct = [];
    private int[] _buckets = [];
    private int _pieceStart;
    private int _directLane;
    private int _mask = -1;
    private int _hashed;

    public SampleTable(Column<ShapedSample> rows) => _rows = rows;

    /// <summary>Starts on another document with this many stacks; <c>rows</c> must be empty.</summary>
    public void StartDocument(int stackCount)
    {
        if (_direct.Length < stackCount)
        {
            _direct = new int[Math.Max(stackCount, _direct.Length * 2)];
        }
        else
        {
            Array.Clear(_direct, 0, stackCount);
        }
    }

    /// <summary>Starts on another piece; rows before it are never touched again.</summary>
    public void StartPiece(int directLane)
    {
        _pieceStart = _rows.Count;
        _directLane = directLane;
        _mask = -1;
        _hashed = 0;
    }

    /// <summary>Adds a value. The caller made sure that no sum of a piece leaves 63 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int lane, int stack, ulong span, long value)
    {
        if (span == 0 && lane == _directLane)
        {
            // Entries of earlier pieces point before the piece's start: no clearing between pieces.
            ref int row = ref _direct[stack];
            if (row > _pieceStart)
            {
                _rows[row - 1].Value += value;
            }
            else
            {
                row = _rows.Add(new ShapedSample { Lane = lane, Stack = stack, Value = value }) + 1;
            }

            return;
        }

        AddHashed(lane, stack, span, value);
    }

    private void AddHashed(int lane, int stack, ulong span, long value)
    {
        if ((_hashed + 1) * 2 > _mask + 1)
        {
            Grow();
        }

        int at = (int)HashOf(lane, stack, span) & _mask;
        while (_buckets[at] != 0)
        {
            ref ShapedSample row = ref _rows[_buckets[at] - 1];
            if (row.Stack == stack && row.Lane == lane && row.Span == span)
            {
                row.Value += value;
                return;
            }

            at = (at + 1) & _mask;
        }

        _buckets[at] = _rows.Add(new ShapedSample { Lane = lane, Stack = stack, Span = span, Value = value }) + 1;
        _hashed++;
    }

    private void Grow()
    {
        int size = Math.Max((_mask + 1) * 2, 64);
        if (_buckets.Length < size)
        {
            _buckets = new int[size];
        }
        else
        {
            Array.Clear(_buckets, 0, size);
        }

        _mask = size - 1;
        Span<ShapedSample> rows = _rows.Span;
        for (int i = _pieceStart; i < rows.Length; i++)
        {
            if (rows[i].Span == 0 && rows[i].Lane == _directLane)
            {
                continue;
            }

            int at = (int)HashOf(rows[i].Lane, rows[i].Stack, rows[i].Span) & _mask;
            while (_buckets[at] != 0)
            {
                at = (at + 1) & _mask;
            }

            _buckets[at] = i + 1;
        }
    }

    private static ulong HashOf(int lane, int stack, ulong span)
    {
        ulong hash = (((ulong)(uint)lane << 32) | (uint)stack) * 0x9E37_79B9_7F4A_7C15;
        hash = (hash ^ span ^ (hash >> 29)) * 0xBF58_476D_1CE4_E5B9;
        return hash ^ (hash >> 32);
    }
}
