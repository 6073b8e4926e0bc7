using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Hearth.Ingest.Committing;

/// <summary>What <see cref="SymbolSet.Add"/> found.</summary>
internal enum SymbolSetOutcome
{
    /// <summary>The key was not there and is now.</summary>
    Added,

    /// <summary>The key was there with the same check.</summary>
    Present,

    /// <summary>The key was there with another check: two contents share one 64-bit id.</summary>
    Collision,
}

/// <summary>
/// Keys of symbols, each with the other half of its hash, in open addressing. Grows until <c>max</c> keys; the
/// owner clears or replaces it then. Not safe for several threads.
/// </summary>
internal sealed class SymbolSet
{
    private const int CapacityMin = 1024;

    private Entry[] _entries = new Entry[CapacityMin];
    private int _count;

    /// <summary>Keys held.</summary>
    public int Count => _count;

    /// <summary>The keys by slot; free slots have key 0.</summary>
    public ReadOnlySpan<Entry> Slots => _entries;

    /// <summary>Looks a key up, and adds it when it is not there.</summary>
    public SymbolSetOutcome Add(ulong key, ulong check)
    {
        if ((_count + 1) * 2 > _entries.Length)
        {
            Grow();
        }

        key = NotZero(key);
        ref Entry entry = ref Find(_entries, key);
        if (entry.Key == 0)
        {
            entry = new Entry(key, check);
            _count++;
            return SymbolSetOutcome.Added;
        }

        return entry.Check == check ? SymbolSetOutcome.Present : SymbolSetOutcome.Collision;
    }

    /// <summary>Looks a key up. False when it is not there.</summary>
    public bool TryGet(ulong key, out ulong check)
    {
        ref Entry entry = ref Find(_entries, NotZero(key));
        check = entry.Check;
        return entry.Key != 0;
    }

    /// <summary>Asks the processor for the slot of a key that is about to be looked up: the table is larger than the caches.</summary>
    public unsafe void Prefetch(ulong key)
    {
        if (Sse.IsSupported)
        {
            // The address may be stale when the array has moved meanwhile; a prefetch of any address is harmless.
            Entry[] entries = _entries;
            ref Entry entry = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(entries), (int)key & (entries.Length - 1));
            Sse.Prefetch0(Unsafe.AsPointer(ref entry));
        }
    }

    /// <summary>Forgets every key and keeps the memory.</summary>
    public void Clear()
    {
        if (_count > 0)
        {
            Array.Clear(_entries);
            _count = 0;
        }
    }

    private static ulong NotZero(ulong key) => key == 0 ? 0x9E37_79B9_7F4A_7C15 : key;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref Entry Find(Entry[] entries, ulong key)
    {
        // Keys are hashes already; their low bits choose the slot.
        int mask = entries.Length - 1;
        int at = (int)key & mask;
        while (entries[at].Key != 0 && entries[at].Key != key)
        {
            at = (at + 1) & mask;
        }

        return ref entries[at];
    }

    private void Grow()
    {
        Entry[] larger = new Entry[_entries.Length * 2];
        foreach (Entry entry in _entries)
        {
            if (entry.Key != 0)
            {
                Find(larger, entry.Key) = entry;
            }
        }

        _entries = larger;
    }

    /// <summary>A key and the other half of its hash.</summary>
    internal readonly record struct Entry(ulong Key, ulong Check);
}
