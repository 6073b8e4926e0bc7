using System.Numerics;
using Hearth.Profiles.Model;

namespace Hearth.Profiles.Formats;

/// <summary>
/// The rows that 64-bit ids of a file stand for. Small ids are an array index; larger ones, which a file may choose as it
/// likes, go into an open-addressed table sized by what was added, never by the id. Keeps its memory when reset.
/// </summary>
internal sealed class IdMap
{
    private int[] _dense = [];
    private int _denseLength;
    private Entry[] _sparse = [];
    private int _sparseCount;

    /// <summary>Forgets all and makes room for <paramref name="count"/> ids.</summary>
    public void Reset(int count)
    {
        _denseLength = checked((count * 2) + 17);
        if (_dense.Length < _denseLength)
        {
            _dense = new int[BitOperations.RoundUpToPowerOf2((uint)_denseLength)];
        }
        else
        {
            Array.Clear(_dense, 0, _denseLength);
        }

        if (_sparseCount > 0)
        {
            Array.Clear(_sparse);
            _sparseCount = 0;
        }
    }

    /// <summary>Adds an id for a row other than 0. False when the id is there already.</summary>
    public bool Add(ulong id, int row)
    {
        if (id < (ulong)_denseLength)
        {
            ref int place = ref _dense[(int)id];
            bool isNew = place == 0;
            place = isNew ? row : place;
            return isNew;
        }

        if ((_sparseCount + 1) * 2 > _sparse.Length)
        {
            GrowSparse();
        }

        int at = PlaceOf(id);
        if (_sparse[at].Row != 0)
        {
            return false;
        }

        _sparse[at] = new Entry(id, row);
        _sparseCount++;
        return true;
    }

    /// <summary>The row of an id; 0 when there is none.</summary>
    public int Find(ulong id)
    {
        if (id < (ulong)_denseLength)
        {
            return _dense[(int)id];
        }

        return _sparseCount == 0 ? 0 : _sparse[PlaceOf(id)].Row;
    }

    private int PlaceOf(ulong id)
    {
        int mask = _sparse.Length - 1;
        int at = (int)TableHash.Of(id) & mask;
        while (_sparse[at].Row != 0 && _sparse[at].Id != id)
        {
            at = (at + 1) & mask;
        }

        return at;
    }

    private void GrowSparse()
    {
        Entry[] old = _sparse;
        _sparse = new Entry[Math.Max(old.Length * 2, 256)];
        foreach (Entry entry in old)
        {
            if (entry.Row != 0)
            {
                _sparse[PlaceOf(entry.Id)] = entry;
            }
        }
    }

    private readonly record struct Entry(ulong Id, int Row);
}
