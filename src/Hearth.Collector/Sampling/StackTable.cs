using Hearth.Profiles.Model;

namespace Hearth.Collector.Sampling;

/// <summary>
/// Counts samples by (process, mapping generation, addresses). A known stack costs a hash and a compare and allocates nothing;
/// its addresses are resolved to frames once, when it is first seen. Keeps its memory when cleared.
/// </summary>
internal sealed class StackTable
{
    private readonly Column<StackRow> _rows = new(256);
    private readonly Column<ulong> _addresses = new(4096);
    private readonly Column<int> _frames = new(4096);
    private readonly int _stacksMax;
    private int[] _buckets = new int[1024];

    /// <summary>Starts empty, with a bound on distinct stacks.</summary>
    public StackTable(int stacksMax) => _stacksMax = stacksMax;

    /// <summary>Distinct stacks.</summary>
    public int Count => _rows.Count;

    /// <summary>True when no further stack is taken.</summary>
    public bool IsFull => _rows.Count >= _stacksMax;

    /// <summary>A stack.</summary>
    public ref StackRow this[int row] => ref _rows[row];

    /// <summary>The frames of a stack, leaf first.</summary>
    public ReadOnlySpan<int> FramesOf(in StackRow row) => _frames.Slice(row.FrameStart, row.FrameCount);

    /// <summary>Finds a stack; -1 when it was not seen. <paramref name="hash"/> is for <see cref="Add"/>.</summary>
    public int Find(int process, uint generation, ReadOnlySpan<ulong> addresses, int kernelCount, out ulong hash)
    {
        hash = HashOf(process, generation, addresses);
        int mask = _buckets.Length - 1;
        int at = (int)hash & mask;
        while (_buckets[at] != 0)
        {
            ref StackRow row = ref _rows[_buckets[at] - 1];
            if (row.Hash == hash
                && row.Process == process
                && row.Generation == generation
                && row.KernelCount == kernelCount
                && _addresses.Slice(row.AddressStart, row.AddressCount).SequenceEqual(addresses))
            {
                return _buckets[at] - 1;
            }

            at = (at + 1) & mask;
        }

        return -1;
    }

    /// <summary>Adds a stack that was not found, with no samples yet. There must be room (<see cref="IsFull"/>).</summary>
    public int Add(int process, uint generation, ReadOnlySpan<ulong> addresses, int kernelCount, ReadOnlySpan<int> frames, ulong hash)
    {
        int row = _rows.Add(new StackRow
        {
            Hash = hash,
            Generation = generation,
            Process = process,
            AddressStart = _addresses.AddRange(addresses),
            AddressCount = (ushort)addresses.Length,
            KernelCount = (ushort)kernelCount,
            FrameStart = _frames.AddRange(frames),
            FrameCount = frames.Length,
        });
        if (_rows.Count * 2 > _buckets.Length)
        {
            Rehash();
        }
        else
        {
            Enter(row);
        }

        return row;
    }

    /// <summary>Forgets every stack and keeps the memory.</summary>
    public void Clear()
    {
        _rows.Clear();
        _addresses.Clear();
        _frames.Clear();
        Array.Clear(_buckets);
    }

    private static ulong HashOf(int process, uint generation, ReadOnlySpan<ulong> addresses)
    {
        const ulong prime = 0x9E3779B97F4A7C15;
        ulong hash = (((ulong)(uint)process << 32) | generation) + prime;
        foreach (ulong address in addresses)
        {
            // Folded multiply: the high half carries what the low half loses.
            ulong high = Math.BigMul(hash ^ address, prime, out ulong low);
            hash = high ^ low ^ address;
        }

        return hash ^ (hash >> 29);
    }

    private void Rehash()
    {
        _buckets = new int[_buckets.Length * 2];
        for (int row = 0; row < _rows.Count; row++)
        {
            Enter(row);
        }
    }

    private void Enter(int row)
    {
        int mask = _buckets.Length - 1;
        int at = (int)_rows[row].Hash & mask;
        while (_buckets[at] != 0)
        {
            at = (at + 1) & mask;
        }

        _buckets[at] = row + 1;
    }
}
