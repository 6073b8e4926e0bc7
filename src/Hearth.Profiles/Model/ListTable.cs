namespace Hearth.Profiles.Model;

/// <summary>
/// Lists of indices by row, end to end in one array; row 0 is the empty list. Holds stacks (location indices,
/// leaf first) and attribute sets (attribute indices).
/// </summary>
public sealed class ListTable
{
    private readonly Column<int> _starts = new(64);
    private readonly Column<int> _items = new(256);
    private Buckets _buckets;
    private ulong _hash;

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

    /// <summary>Items of the row opened last.</summary>
    public int OpenCount => _items.Count - _starts[_starts.Count - 1];

    /// <summary>Appends <paramref name="count"/> items of undefined content to the row opened last and returns them for writing.</summary>
    internal Span<int> Extend(int count) => _items.Extend(count);

    /// <summary>Takes back the last <paramref name="count"/> items of the row opened last.</summary>
    internal void TakeBack(int count) => _items.Truncate(_items.Count - count);

    /// <summary>The items of the row opened last; valid until the next is added.</summary>
    public ReadOnlySpan<int> OpenItems => _items.Slice(_starts[_starts.Count - 1], OpenCount);

    /// <summary>Appends a row.</summary>
    public int Add(ReadOnlySpan<int> items)
    {
        int row = Open();
        _items.AddRange(items);
        return row;
    }

    /// <summary>
    /// Closes the row opened last as an interned one: when an equal row is interned already, the new one is taken back and the
    /// equal one returned. Nothing is copied.
    /// </summary>
    public int CloseInterned()
    {
        int row = _starts.Count - 1;
        int start = _starts[row];
        ReadOnlySpan<int> items = _items.Slice(start, _items.Count - start);
        int known = items.IsEmpty ? 0 : Find(items, out _);
        if (items.IsEmpty || known != 0)
        {
            _starts.Truncate(row);
            _items.Truncate(start);
            return known;
        }

        _buckets.Put(_hash, row);
        return row;
    }

    /// <summary>Takes back the row opened last.</summary>
    public void Abandon()
    {
        int row = _starts.Count - 1;
        _items.Truncate(_starts[row]);
        _starts.Truncate(row);
    }

    /// <summary>The row that equals <paramref name="items"/>, appended when there is none among the interned ones.</summary>
    public int Intern(ReadOnlySpan<int> items)
    {
        if (items.IsEmpty)
        {
            return 0;
        }

        int row = Find(items, out ulong hash);
        if (row == 0)
        {
            row = Add(items);
            _buckets.Put(hash, row);
        }

        return row;
    }

    /// <summary>Back to the empty list alone; memory is kept.</summary>
    public void Clear()
    {
        _starts.Clear();
        _items.Clear();
        _starts.Add(0);
        _buckets.Clear();
    }

    private int Find(ReadOnlySpan<int> items, out ulong hash)
    {
        hash = _hash = TableHash.Of(items);
        int row = _buckets.First(hash);
        while (row != 0 && !this[row].SequenceEqual(items))
        {
            row = _buckets.Next(hash);
        }

        return row;
    }
}
