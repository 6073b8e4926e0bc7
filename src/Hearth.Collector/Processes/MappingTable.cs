namespace Hearth.Collector.Processes;

/// <summary>
/// The executable ranges of one process, sorted and free of overlaps. A fork shares the array until one side changes it.
/// Written by the reading thread alone; other threads may look up and copy, so every access takes the table's lock
/// (uncontended but for the moment a window is symbolised).
/// </summary>
internal sealed class MappingTable
{
    /// <summary>Ranges kept per process; a mapping past the bound is dropped and counted in <see cref="Dropped"/>.</summary>
    public const int MappingsMax = 8192;

    private readonly Lock _lock = new();
    private ProcessMapping[] _items;
    private int _count;
    private bool _shared;

    /// <summary>Starts empty.</summary>
    public MappingTable() => _items = [];

    private MappingTable(ProcessMapping[] items, int count)
    {
        _items = items;
        _count = count;
        _shared = true;
    }

    /// <summary>Ranges held.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>
    /// Changes whenever an address that was mapped may mean something else: the same address before and after such a change
    /// is two different places.
    /// </summary>
    public uint Generation { get; private set; }

    /// <summary>Ranges left out because the table was full.</summary>
    public long Dropped { get; private set; }

    /// <summary>The range that holds an address.</summary>
    public bool TryFind(ulong address, out ProcessMapping mapping)
    {
        lock (_lock)
        {
            int at = FirstEndingAfter(address);
            if (at < _count && _items[at].Start <= address)
            {
                mapping = _items[at];
                return true;
            }
        }

        mapping = default;
        return false;
    }

    /// <summary>Enters a range; what it overlaps is cut or removed, as mmap does with MAP_FIXED.</summary>
    public void Insert(in ProcessMapping mapping)
    {
        if (mapping.Limit <= mapping.Start)
        {
            return;
        }

        lock (_lock)
        {
            int from = FirstEndingAfter(mapping.Start);
            int to = from;
            while (to < _count && _items[to].Start < mapping.Limit)
            {
                to++;
            }

            if (to == from + 1 && _items[from] == mapping)
            {
                return;
            }

            if (to > from)
            {
                Generation++;
            }

            Replace(from, to, mapping);
        }
    }

    /// <summary>Forgets every range.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            if (_count > 0)
            {
                Generation++;
            }

            _items = [];
            _count = 0;
            _shared = false;
        }
    }

    /// <summary>The same ranges for a forked child; the memory is shared until either side changes.</summary>
    public MappingTable Fork()
    {
        lock (_lock)
        {
            _shared = true;
            return new MappingTable(_items, _count);
        }
    }

    /// <summary>A copy of the ranges as they are now, sorted by address. Safe on any thread.</summary>
    public ProcessMapping[] ToArray()
    {
        lock (_lock)
        {
            return _items.AsSpan(0, _count).ToArray();
        }
    }

    private int FirstEndingAfter(ulong address)
    {
        int low = 0;
        int high = _count;
        while (low < high)
        {
            int middle = (int)((uint)(low + high) >> 1);
            if (_items[middle].Limit <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Puts <paramref name="mapping"/> in place of rows [from, to), keeping the pieces that stick out on either side.</summary>
    private void Replace(int from, int to, in ProcessMapping mapping)
    {
        Span<ProcessMapping> pieces = [default, default, default];
        int count = 0;
        if (to > from && _items[from].Start < mapping.Start)
        {
            pieces[count++] = _items[from] with { Limit = mapping.Start };
        }

        pieces[count++] = mapping;
        if (to > from && _items[to - 1].Limit > mapping.Limit)
        {
            ProcessMapping last = _items[to - 1];
            pieces[count++] = last with { Start = mapping.Limit, Offset = last.OffsetOf(mapping.Limit) };
        }

        int wanted = _count - (to - from) + count;
        if (wanted > MappingsMax)
        {
            Dropped++;
            return;
        }

        ProcessMapping[] target = _items;
        if (_shared || wanted > _items.Length)
        {
            target = new ProcessMapping[wanted > _items.Length ? Math.Max(wanted + (wanted / 2), 8) : _items.Length];
            Array.Copy(_items, target, from);
        }

        Array.Copy(_items, to, target, from + count, _count - to);
        pieces[..count].CopyTo(target.AsSpan(from));
        if (wanted < _count && target == _items)
        {
            Array.Clear(target, wanted, _count - wanted);
        }

        _items = target;
        _count = wanted;
        _shared = false;
    }
}
