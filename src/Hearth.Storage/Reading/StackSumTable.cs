using Hearth.Profiles.Model;
using Hearth.Storage.ClickHouse;

namespace Hearth.Storage.Reading;

/// <summary>Collects the blocks of <see cref="StackSumStatement"/>; several statements over disjoint samples add up.</summary>
internal sealed class StackSumTable(IReadOnlyList<string> services, bool adds)
{
    private readonly Dictionary<string, int> _services = services.Distinct().Select(
        static (name, i) => (name, i)).ToDictionary(p => p.name, p => p.i);
    private readonly Dictionary<(int Service, ulong Stack), int>? _rows = adds ? [] : null;
    private readonly Column<int> _service = new(256);
    private readonly Column<ulong> _stacks = new(256);
    private readonly Column<Int128> _sums = new(256);

    public void Add(NativeBlock block)
    {
        NativeColumn names = block[0];
        ReadOnlySpan<ulong> stacks = block[1].Values<ulong>();
        ReadOnlySpan<Int128> sums = block[2].Values<Int128>();
        int[] byKey = ServicesByKey(names);
        for (int i = 0; i < block.Rows; i++)
        {
            int service = byKey[names.KeyOf(i)];
            if (_rows is not null)
            {
                if (_rows.TryGetValue((service, stacks[i]), out int row))
                {
                    _sums[row] += sums[i];
                    continue;
                }

                _rows.Add((service, stacks[i]), _stacks.Count);
            }

            _service.Add(service);
            _stacks.Add(stacks[i]);
            _sums.Add(sums[i]);
        }
    }

    public StackSums Finish()
    {
        long[] sums = new long[_sums.Count];
        bool saturated = false;
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] = Saturate(_sums[i], ref saturated);
        }

        string[] names = new string[_services.Count];
        foreach ((string name, int index) in _services)
        {
            names[index] = name;
        }

        return new StackSums(names, _service.Span.ToArray(), _stacks.Span.ToArray(), sums, saturated);
    }

    internal static long Saturate(Int128 value, ref bool saturated)
    {
        if (value > long.MaxValue || value < long.MinValue)
        {
            saturated = true;
            return value > 0 ? long.MaxValue : long.MinValue;
        }

        return (long)value;
    }

    private int[] ServicesByKey(NativeColumn names)
    {
        int[] byKey = new int[names.Keys.Rows];
        for (int key = 0; key < byKey.Length; key++)
        {
            // Keys without a row (the empty string of the dictionary) are never asked for.
            byKey[key] = _services.GetValueOrDefault(names.Keys.Text(key), -1);
        }

        return byKey;
    }
}
