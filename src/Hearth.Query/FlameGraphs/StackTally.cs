using Hearth.Storage.Reading;

namespace Hearth.Query.FlameGraphs;

/// <summary>
/// Collects sums of several reads. The reads of one selection are disjoint in series but may share stacks; the usual one read
/// is taken over as it is.
/// </summary>
internal sealed class StackTally
{
    private readonly List<(StackSums Sums, long Divisor)> _reads = [];

    /// <summary>Sums taken in, an upper bound of the distinct stacks.</summary>
    public long Count { get; private set; }

    /// <summary>Takes the sums of one read in, each to be divided by <paramref name="divisor"/>.</summary>
    public void Add(StackSums sums, long divisor)
    {
        Count += sums.Count;
        _reads.Add((sums, divisor));
    }

    /// <summary>Values by stack, for each service, services in order of their names. Only positive values are left.</summary>
    public List<ServiceStacks> Finish()
    {
        Dictionary<string, List<(ulong[] Stacks, long[] Values)>> services = new(StringComparer.Ordinal);
        foreach ((StackSums sums, long divisor) in _reads)
        {
            foreach (ServiceStacks service in Split(sums, divisor))
            {
                services.TryAdd(service.Service, []);
                services[service.Service].Add((service.Stacks, service.Values));
            }
        }

        return
        [
            .. services.OrderBy(service => service.Key, StringComparer.Ordinal).Select(service => service.Value is [var only]
                ? new ServiceStacks(service.Key, only.Stacks, only.Values)
                : Joined(service.Key, service.Value)),
        ];
    }

    private static IEnumerable<ServiceStacks> Split(StackSums sums, long divisor)
    {
        int[] counts = new int[sums.Services.Count];
        for (int i = 0; i < sums.Count; i++)
        {
            counts[sums.Service[i]] += sums.Sums[i] > 0 ? 1 : 0;
        }

        ulong[][] stacks = [.. counts.Select(count => new ulong[count])];
        long[][] values = [.. counts.Select(count => new long[count])];
        Array.Clear(counts);
        for (int i = 0; i < sums.Count; i++)
        {
            if (sums.Sums[i] > 0)
            {
                int service = sums.Service[i];
                stacks[service][counts[service]] = sums.Stacks[i];
                values[service][counts[service]++] = sums.Sums[i];
            }
        }

        for (int service = 0; service < counts.Length; service++)
        {
            if (divisor > 1)
            {
                Divide(stacks[service], values[service], divisor);
            }

            if (counts[service] > 0)
            {
                yield return new ServiceStacks(sums.Services[service], stacks[service], values[service]);
            }
        }
    }

    // Dividing each sum would lose up to one unit per stack. Dividing the running sum and taking differences keeps the whole
    // exact: the values add up to the mean of the totals, rounded down once.
    private static void Divide(ulong[] stacks, long[] values, long divisor)
    {
        Array.Sort(stacks, values);
        Int128 running = 0;
        for (int i = 0; i < values.Length; i++)
        {
            Int128 before = running / divisor;
            running += values[i];
            values[i] = (long)((running / divisor) - before);
        }
    }

    private static ServiceStacks Joined(string service, List<(ulong[] Stacks, long[] Values)> reads)
    {
        Dictionary<ulong, long> sums = [];
        foreach ((ulong[] stacks, long[] values) in reads)
        {
            for (int i = 0; i < stacks.Length; i++)
            {
                sums[stacks[i]] = FlameGraphTree.AddSaturated(sums.GetValueOrDefault(stacks[i]), values[i]);
            }
        }

        return new ServiceStacks(service, [.. sums.Keys], [.. sums.Values]);
    }
}
