namespace Hearth.Ingest.Committing;

/// <summary>
/// Symbols this writer has inserted, so that each is written once a day and not with every profile. Two generations of at most
/// half the bound each: when the younger is full the older is forgotten, and what is met again moves to the younger. A symbol
/// enters only after its insert succeeded; one that is forgotten is merely written again.
/// </summary>
internal sealed class KnownSymbols
{
    private readonly int _generationMax;
    private SymbolSet _young = new();
    private SymbolSet _old = new();

    /// <summary>Remembers at most <paramref name="max"/> symbols.</summary>
    public KnownSymbols(int max) => _generationMax = Math.Max(max / 2, 1);

    /// <summary>Symbols remembered.</summary>
    public int Count => _young.Count + _old.Count;

    /// <summary>
    /// True when the symbol is known. <paramref name="collision"/> is set when the id is known for another content.
    /// </summary>
    public bool Contains(ulong key, ulong check, out bool collision)
    {
        if (_young.TryGet(key, out ulong seen))
        {
            collision = seen != check;
            return true;
        }

        if (_old.TryGet(key, out seen))
        {
            collision = seen != check;
            Add(key, seen);
            return true;
        }

        collision = false;
        return false;
    }

    /// <summary>Asks for the memory that <see cref="Contains"/> will read first.</summary>
    public void Prefetch(ulong key) => _young.Prefetch(key);

    /// <summary>Remembers a symbol.</summary>
    public void Add(ulong key, ulong check)
    {
        if (_young.Count >= _generationMax)
        {
            (_young, _old) = (_old, _young);
            _young.Clear();
        }

        _young.Add(key, check);
    }

    /// <summary>Remembers every symbol of a batch that was inserted.</summary>
    public void AddAll(SymbolSet inserted)
    {
        foreach (SymbolSet.Entry entry in inserted.Slots)
        {
            if (entry.Key != 0)
            {
                Add(entry.Key, entry.Check);
            }
        }
    }
}
