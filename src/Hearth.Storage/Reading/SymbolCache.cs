using Hearth.Storage.ClickHouse;

namespace Hearth.Storage.Reading;

/// <summary>
/// Keeps what was read last, bounded by bytes: at the bound the least recently used leaves. Entries also age, since symbols found
/// later rename a frame. Safe for use by many threads.
/// </summary>
internal sealed class SymbolCache<TKey, TValue>(long bytesMax, TimeSpan ageMax, TimeProvider time, Func<TValue, int> sizeOf)
    where TKey : notnull
    where TValue : class
{
    private const int EntryOverhead = 160;

    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = [];

    public long Bytes { get; private set; }

    public int Count => _entries.Count;

    public TValue? Get(TKey key)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out LinkedListNode<Entry>? node))
            {
                return null;
            }

            if (time.GetElapsedTime(node.Value.Added) > ageMax)
            {
                Remove(node);
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Value;
        }
    }

    public void Add(TKey key, TValue value)
    {
        int size = sizeOf(value) + EntryOverhead;
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out LinkedListNode<Entry>? old))
            {
                Remove(old);
            }

            if (size > bytesMax)
            {
                return;
            }

            _entries.Add(key, _byUse.AddFirst(new Entry(key, value, size, time.GetTimestamp())));
            Bytes += size;
            while (Bytes > bytesMax)
            {
                Remove(_byUse.Last!);
                StorageMetrics.SymbolCacheEvictions.Add(1);
            }
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _entries.Remove(node.Value.Key);
        Bytes -= node.Value.Size;
    }

    private readonly record struct Entry(TKey Key, TValue Value, int Size, long Added);
}
