namespace Hearth.Telemetry;

/// <summary>One instrument with one set of tags: a running sum, a last value, or a histogram. Guarded by its instrument's lock.</summary>
internal sealed class MetricSeries
{
    /// <summary>Label pairs in the text form, without braces, sorted by name.</summary>
    public required string Labels { get; init; }

    /// <summary>The tags as recorded, for comparison.</summary>
    public required KeyValuePair<string, object?>[] Tags { get; init; }

    /// <summary>Sum or last value; for a histogram the sum of the values.</summary>
    public double Value { get; set; }

    /// <summary>Values recorded in a histogram.</summary>
    public long Count { get; set; }

    /// <summary>Values per bucket of a histogram (not cumulative), the last for what is above every bound.</summary>
    public long[]? Buckets { get; init; }

    /// <summary>True when the same tags were recorded in the same order.</summary>
    public bool Is(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length != Tags.Length)
        {
            return false;
        }

        for (int i = 0; i < tags.Length; i++)
        {
            if (tags[i].Key != Tags[i].Key || !Equals(tags[i].Value, Tags[i].Value))
            {
                return false;
            }
        }

        return true;
    }
}
