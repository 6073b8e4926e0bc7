using System.Numerics;

namespace Hearth.Profiles.Model;

/// <summary>
/// The index of a table: open addressing over row numbers with part of each row's hash beside, so that a look-up compares
/// rows only when they are very likely equal. Row 0 is never in it: 0 marks a free bucket. Keeps its memory when cleared.
/// </summary>
internal struct Buckets
{
    private const int SizeMin = 256;

    private Entry[]? _entries;
    private int _count;
    private int _cursor;

    /// <summary>Starts a search for rows with this hash.</summary>
    public int First(ulong hash)
    {
        Entry[] entries = _entries is null || (_count + 1) * 2 > _entries.Length ? Grow() : _entries;
        _cursor = (int)hash & (entries.Length - 1);
        return Match(entries, (uint)(hash >> 32));
    }

    /// <summary>The next row with the hash; 0 when there is no more, and then <see cref="Put"/> may follow.</summary>
    public int Next(ulong hash)
    {
        _cursor = (_cursor + 1) & (_entries!.Length - 1);
        return Match(_entries, (uint)(hash >> 32));
    }

    /// <summary>Puts a row where the search ended.</summary>
    public void Put(ulong hash, int row)
    {
        _entries![_cursor] = new Entry((uint)(hash >> 32), (uint)hash, row);
        _count++;
    }

    /// <summary>Forgets all rows. A table that was used for something huge and is now nearly empty lets its memory go.</summary>
    public void Clear()
    {
        if (_entries is null || _count == 0)
        {
            return;
        }

        if (_entries.Length > SizeMin && _count < _entries.Length / 64)
        {
            _entries = new Entry[Math.Max(SizeMin, (int)BitOperations.RoundUpToPowerOf2((uint)_count * 4))];
        }
        else
        {
            Array.Clear(_entries);
        }

        _count = 0;
    }

    private int Match(Entry[] entries, uint check)
    {
        int mask = entries.Length - 1;
        int at = _cursor;
        while (entries[at].Row != 0 && entries[at].Check != check)
        {
            at = (at + 1) & mask;
        }

        _cursor = at;
        return entries[at].Row;
    }

    private Entry[] Grow()
    {
        Entry[] old = _entries ?? [];
        Entry[] entries = new Entry[Math.Max(old.Length * 2, SizeMin)];
        int mask = entries.Length - 1;
        foreach (Entry entry in old)
        {
            if (entry.Row != 0)
            {
                int at = (int)entry.Place & mask;
                while (entries[at].Row != 0)
                {
                    at = (at + 1) & mask;
                }

                entries[at] = entry;
            }
        }

        return _entries = entries;
    }

    private readonly record struct Entry(uint Check, uint Place, int Row);
}
