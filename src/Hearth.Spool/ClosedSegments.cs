namespace Hearth.Spool;

/// <summary>The closed segments by age, with who has one in hand. Not safe for several threads.</summary>
internal sealed class ClosedSegments
{
    private readonly SortedDictionary<ulong, Entry> _byId = [];

    public int Count => _byId.Count;

    public long Bytes { get; private set; }

    /// <summary>When the oldest segment was opened; 0 when there is none or it was found at start.</summary>
    public long OldestOpenedAt => _byId.Count == 0 ? 0 : _byId.First().Value.OpenedAt;

    public void Add(ulong id, long bytes, int records, long openedAt)
    {
        _byId.Add(id, new Entry { Id = id, Bytes = bytes, Records = records, OpenedAt = openedAt });
        Bytes += bytes;
    }

    /// <summary>The oldest segment that nobody holds, now held; null when there is none.</summary>
    public Entry? Take()
    {
        foreach (Entry entry in _byId.Values)
        {
            if (!entry.Held)
            {
                entry.Held = true;
                return entry;
            }
        }

        return null;
    }

    public List<Entry> ToList() => [.. _byId.Values];

    public void GiveBack(ulong id)
    {
        if (_byId.TryGetValue(id, out Entry? entry))
        {
            entry.Held = false;
        }
    }

    public bool Remove(ulong id)
    {
        if (!_byId.Remove(id, out Entry? entry))
        {
            return false;
        }

        Bytes -= entry.Bytes;
        return true;
    }

    internal sealed class Entry
    {
        public required ulong Id { get; init; }

        public required long Bytes { get; init; }

        public required int Records { get; init; }

        public required long OpenedAt { get; init; }

        public bool Held { get; set; }
    }
}
