using System.Runtime.CompilerServices;

namespace Hearth.Profiles.Model;

/// <summary>
/// A growing array that keeps its memory when cleared: the one container of the model's tables, so that decoding the next
/// profile allocates nothing. After one huge profile among many small ones the memory is let go again (<see cref="Clear"/>).
/// </summary>
/// <typeparam name="T">A plain struct: one row.</typeparam>
public sealed class Column<T>
    where T : struct
{
    private const int LargeItems = 8192;
    private const int IdleClearsMax = 64;

    private T[] _items;
    private int _count;
    private int _idleClears;

    /// <summary>Starts empty with room for <paramref name="capacity"/> rows.</summary>
    public Column(int capacity = 16) => _items = new T[Math.Max(capacity, 4)];

    /// <summary>Rows held.</summary>
    public int Count => _count;

    /// <summary>The rows, in place; valid until the next <see cref="Add(in T)"/>.</summary>
    public Span<T> Span => _items.AsSpan(0, _count);

    /// <summary>A row by index. Throws <see cref="ArgumentOutOfRangeException"/> outside [0, Count).</summary>
    public ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((uint)index >= (uint)_count)
            {
                ThrowOutside(index, _count);
            }

            return ref _items[index];
        }
    }

    /// <summary>Appends a row and returns its index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Add(in T item)
    {
        int at = _count;
        T[] items = _items;
        if ((uint)at < (uint)items.Length)
        {
            items[at] = item;
            _count = at + 1;
            return at;
        }

        return AddSlow(item);
    }

    /// <summary>Appends rows and returns the index of the first.</summary>
    public int AddRange(ReadOnlySpan<T> items)
    {
        int at = _count;
        items.CopyTo(Extend(items.Length));
        return at;
    }

    /// <summary>Appends <paramref name="count"/> rows of undefined content and returns them for writing.</summary>
    public Span<T> Extend(int count)
    {
        int at = _count;
        if (_items.Length - at < count)
        {
            Grow(checked(at + count));
        }

        _count = at + count;
        return _items.AsSpan(at, count);
    }

    /// <summary>Rows [start, start + count).</summary>
    public Span<T> Slice(int start, int count) => _items.AsSpan(0, _count).Slice(start, count);

    /// <summary>Forgets rows from <paramref name="count"/> on.</summary>
    public void Truncate(int count) => _count = Math.Min(_count, Math.Max(count, 0));

    /// <summary>
    /// Forgets every row and keeps the memory, unless it is large and an eighth of it was enough for the last 64 uses.
    /// </summary>
    public void Clear()
    {
        if (_items.Length > LargeItems)
        {
            _idleClears = _count < _items.Length / 8 ? _idleClears + 1 : 0;
            if (_idleClears >= IdleClearsMax)
            {
                _items = new T[LargeItems / 2];
                _idleClears = 0;
            }
        }

        _count = 0;
    }

    /// <summary>Rows there is memory for.</summary>
    internal int Capacity => _items.Length;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int AddSlow(in T item)
    {
        T copy = item;
        Grow(_count + 1);
        _items[_count] = copy;
        return _count++;
    }

    private static void ThrowOutside(int index, int count) =>
        throw new ArgumentOutOfRangeException(nameof(index), index, $"The table has {count} rows.");

    private void Grow(int wanted) =>
        Array.Resize(ref _items, (int)Math.Min(Math.Max((long)_items.Length * 2, wanted), Array.MaxLength));
}
