namespace Hearth.Storage.Reading;

/// <summary>Sums by stack, in three columns of equal length. The order is not defined; a (service, stack) comes once.</summary>
public sealed class StackSums
{
    internal StackSums(string[] services, int[] service, ulong[] stacks, long[] sums, bool saturated)
    {
        Services = services;
        Service = service;
        Stacks = stacks;
        Sums = sums;
        IsSaturated = saturated;
    }

    /// <summary>The services, which <see cref="Service"/> refers to.</summary>
    public IReadOnlyList<string> Services { get; }

    /// <summary>Index of each stack's service.</summary>
    public int[] Service { get; }

    /// <summary>Stack ids.</summary>
    public ulong[] Stacks { get; }

    /// <summary>Sums in the unit of the profile type; may be negative.</summary>
    public long[] Sums { get; }

    /// <summary>
    /// True when a sum did not fit 64 bits and stands at the limit. The hourly sums themselves are 64 bits wide: beyond that (292
    /// years of CPU in one stack) whole hours wrap.
    /// </summary>
    public bool IsSaturated { get; }

    /// <summary>Stacks held.</summary>
    public int Count => Stacks.Length;
}
