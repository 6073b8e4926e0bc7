namespace Hearth.Profiles.Model;

/// <summary>
/// Lists of indices by row, end to end in one array; row 0 is the empty list. Holds stacks (location indices,
/// leaf first) and attribute sets (attribute indices).
/// </summary>
public sealed class ListTable
{
    private readonly Column<int> _starts = new(64);
    private readonly Column<int> _items = new(256);
    private int[] _buckets = [];
    private int _interned;

    /// <summary>Starts with the empty list alone.</summary>
    public ListTable() => Clear();

    /// <summary>Lists held, the empty one included.</summary>
    public int Count => _starts.Count;

    /// <summary>All items of all lists, end to end.</summary>
    public int ItemCount => _items.Count;

    /// <summary>The items of a list; valid until the table changes. Throws on an index outside the table.</summary>
    public Span<int> this[int row]
    {
        get
        {
            int start = _starts[row];
            int end = row + 1 < _starts.Count ? _starts[row + 1] : _items.Count;
            return _items.Slice(start, end - start);
        }
    }

    /// <summary>Opens a new row; <see cref="Push"/> fills it until the next one is opened.</summary>
    public int Open() => _starts.Add(_items.Count);

    /// <summary>Appends to the row opened last.</summary>
    public void Push(int item) => _items.Add(item);

    /// <summary>Appends a row.</summary>
    public int Add(ReadOnlySpan<int> items)
    {
        int row = Open();
        _items.AddRange(items);
        return row;
    }

    /// <summary>The row that equals <paramref name="items"/>, appended when there is none among the interned ones.</summary>
    public int Intern(ReadOnlySpan<int> items)
    {
        if (items.IsEmpty)
        {
            return 0;
        }

        if ((_interned + 1) * 2 > _buckets.Length)
        {
            Rehash();
        }

        int mask = _buckets.Length - 1;
        int at = HashOf(items) & mask;
        while (_buckets[at] != 0)
        {
            if (this[_buckets[at]].SequenceEqual(items))
            {
                return _buckets[at];
            }

            at = (at + 1) & mask;
        }

        int row = Add(items);
        _buckets[at] = row;
        _interned++;
        return row;
    }

    /// <summary>Back to the empty list alone; memory is kept.</summary>
    public void Clear()
    {
        _starts.Clear();
        _items.Clear();
        _starts.Add(0);
        Array.Clear(_buckets);
        _interned = 0;
    }

    private static int HashOf(ReadOnlySpan<int> items)
    {
        ulong hash = 0x9E37_79B9_7F4A_7C15;
        foreach (int item in items)
        {
            hash = (hash ^ (uint)item) * 0xFF51_AFD7_ED55_8CCD;
            hash ^= hash >> 32;
        }

        return (int)hash & int.MaxValue;
    }

    private void Rehash()
    {
        int[] old = _buckets;
        _buckets = new int[Math.Max(old.Length * 2, 256)];
        int mask = _buckets.Length - 1;
        foreach (int row in old)
        {
            if (row != 0)
            {
                int at = HashOf(this[row]) & mask;
                while (_buckets[at] != 0)
                {
                    at = (at + 1) & mask;
                }

                _buckets[at] = row;
            }
        }
    }
}
