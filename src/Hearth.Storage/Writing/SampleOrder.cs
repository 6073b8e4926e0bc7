using Hearth.Storage.ClickHouse;

namespace Hearth.Storage.Writing;

/// <summary>The columns that order samples, in place.</summary>
internal readonly ref struct SampleKeys
{
    public required LowCardinalityColumn Tenant { get; init; }

    public required LowCardinalityColumn Service { get; init; }

    public required LowCardinalityColumn Type { get; init; }

    public required ReadOnlySpan<ushort> Retention { get; init; }

    public required ReadOnlySpan<uint> Bucket { get; init; }

    public required ReadOnlySpan<ulong> Stack { get; init; }

    public required ReadOnlySpan<ulong> Group { get; init; }

    public required ReadOnlySpan<ulong> Series { get; init; }

    public required ReadOnlySpan<ushort> Slot { get; init; }
}

/// <summary>
/// Orders samples by the key of their table: (tenant, service, ptype, bucket, stack, grp, series, slot). Rows come in few groups of
/// equal (tenant, service, ptype, bucket); a radix sort over the group's rank and the upper stack bits does nearly all, an
/// insertion sort the rest. Arrays are kept between calls.
/// </summary>
internal sealed class SampleOrder
{
    // Groups beyond this are left in the order they came in: the store sorts every insert anyway.
    private const int GroupsMax = ushort.MaxValue;

    private readonly Dictionary<(int Tenant, int Service, int Type, uint Bucket, ushort Retention), int> _groups = [];
    private (int Tenant, int Service, int Type, uint Bucket, ushort Retention)[] _sorted = [];
    private ushort[] _ranks = [];
    private ulong[] _keys = [];
    private ulong[] _keysBehind = [];
    private int[] _rows = [];
    private int[] _rowsBehind = [];
    private ushort[] _groupOf = [];

    /// <summary>Row numbers in key order; empty when the rows are to stay as they are.</summary>
    public ReadOnlySpan<int> Sort(SampleKeys keys)
    {
        int count = keys.Stack.Length;
        if (count < 2 || !RankGroups(keys))
        {
            return default;
        }

        if (_keys.Length < count)
        {
            int size = Math.Max(count, _keys.Length * 2);
            _keys = new ulong[size];
            _keysBehind = new ulong[size];
            _rows = new int[size];
            _rowsBehind = new int[size];
        }

        for (int i = 0; i < count; i++)
        {
            _keys[i] = ((ulong)_ranks[_groupOf[i]] << 48) | (keys.Stack[i] >> 16);
            _rows[i] = i;
        }

        RadixSort(count);
        SettleTies(keys, count);
        return _rows.AsSpan(0, count);
    }

    private bool RankGroups(SampleKeys keys)
    {
        int count = keys.Stack.Length;
        if (_groupOf.Length < count)
        {
            _groupOf = new ushort[Math.Max(count, _groupOf.Length * 2)];
        }

        _groups.Clear();
        (int, int, int, uint, ushort) last = (-1, -1, -1, 0, 0);
        int group = -1;
        for (int i = 0; i < count; i++)
        {
            (int, int, int, uint, ushort) key =
                (keys.Tenant.Indexes[i], keys.Service.Indexes[i], keys.Type.Indexes[i], keys.Bucket[i], keys.Retention[i]);
            if (key != last)
            {
                last = key;
                if (!_groups.TryGetValue(key, out group))
                {
                    group = _groups.Count;
                    if (group >= GroupsMax)
                    {
                        return false;
                    }

                    _groups.Add(key, group);
                }
            }

            _groupOf[i] = (ushort)group;
        }

        SortGroups(keys.Tenant, keys.Service, keys.Type);
        return true;
    }

    private void SortGroups(LowCardinalityColumn tenant, LowCardinalityColumn service, LowCardinalityColumn type)
    {
        int count = _groups.Count;
        if (_ranks.Length < count)
        {
            _ranks = new ushort[Math.Max(count, 64)];
            _sorted = new (int, int, int, uint, ushort)[_ranks.Length];
        }

        _groups.Keys.CopyTo(_sorted, 0);
        _sorted.AsSpan(0, count).Sort((left, right) =>
        {
            int order = Compare(tenant, left.Tenant, right.Tenant);
            order = order != 0 ? order : Compare(service, left.Service, right.Service);
            order = order != 0 ? order : Compare(type, left.Type, right.Type);
            order = order != 0 ? order : left.Bucket.CompareTo(right.Bucket);
            return order != 0 ? order : left.Retention.CompareTo(right.Retention);
        });
        for (int i = 0; i < count; i++)
        {
            _ranks[_groups[_sorted[i]]] = (ushort)i;
        }
    }

    private static int Compare(LowCardinalityColumn column, int left, int right) =>
        left == right ? 0 : column.KeyBytes(left).SequenceCompareTo(column.KeyBytes(right));

    private void RadixSort(int count)
    {
        Span<int> counts = stackalloc int[256];
        for (int shift = 0; shift < 64; shift += 8)
        {
            counts.Clear();
            for (int i = 0; i < count; i++)
            {
                counts[(byte)(_keys[i] >> shift)]++;
            }

            // A byte that is the same everywhere (most ranks) needs no pass.
            if (counts[(byte)(_keys[0] >> shift)] == count)
            {
                continue;
            }

            int sum = 0;
            foreach (ref int slot in counts)
            {
                (slot, sum) = (sum, sum + slot);
            }

            for (int i = 0; i < count; i++)
            {
                int to = counts[(byte)(_keys[i] >> shift)]++;
                _keysBehind[to] = _keys[i];
                _rowsBehind[to] = _rows[i];
            }

            (_keys, _keysBehind) = (_keysBehind, _keys);
            (_rows, _rowsBehind) = (_rowsBehind, _rows);
        }
    }

    private void SettleTies(SampleKeys keys, int count)
    {
        int start = 0;
        while (start < count)
        {
            int end = start + 1;
            while (end < count && _keys[end] == _keys[start])
            {
                end++;
            }

            if (end - start > 1)
            {
                SortTies(keys, start, end);
            }

            start = end;
        }
    }

    private void SortTies(SampleKeys keys, int start, int end)
    {
        const int Short = 24;
        if (end - start > Short)
        {
            HeapSort(keys, _rows.AsSpan(start, end - start));
            return;
        }

        for (int i = start + 1; i < end; i++)
        {
            int row = _rows[i];
            int at = i;
            while (at > start && Compare(keys, row, _rows[at - 1]) < 0)
            {
                _rows[at] = _rows[at - 1];
                at--;
            }

            _rows[at] = row;
        }
    }

    // Span.Sort takes no ref struct in its comparison; long ties are rare (one stack in many profiles of one hour).
    private static void HeapSort(SampleKeys keys, Span<int> rows)
    {
        for (int i = (rows.Length / 2) - 1; i >= 0; i--)
        {
            Sift(keys, rows, i, rows.Length);
        }

        for (int end = rows.Length - 1; end > 0; end--)
        {
            (rows[0], rows[end]) = (rows[end], rows[0]);
            Sift(keys, rows, 0, end);
        }
    }

    private static void Sift(SampleKeys keys, Span<int> rows, int at, int end)
    {
        while (true)
        {
            int child = (2 * at) + 1;
            if (child >= end)
            {
                return;
            }

            if (child + 1 < end && Compare(keys, rows[child], rows[child + 1]) < 0)
            {
                child++;
            }

            if (Compare(keys, rows[at], rows[child]) >= 0)
            {
                return;
            }

            (rows[at], rows[child]) = (rows[child], rows[at]);
            at = child;
        }
    }

    private static int Compare(SampleKeys keys, int left, int right)
    {
        int order = keys.Stack[left].CompareTo(keys.Stack[right]);
        order = order != 0 ? order : keys.Group[left].CompareTo(keys.Group[right]);
        order = order != 0 ? order : keys.Series[left].CompareTo(keys.Series[right]);
        order = order != 0 ? order : keys.Slot[left].CompareTo(keys.Slot[right]);
        return order != 0 ? order : left.CompareTo(right);
    }
}
