namespace Hearth.Profiles.Model;

/// <summary>
/// Samples of one kind of event over one stretch of time. String, stack, attribute and link indices point into the
/// <see cref="SymbolTable"/> of the document. A pprof keeps its several sample types side by side; OTLP has one.
/// </summary>
public sealed class Profile
{
    /// <summary>What was counted: one or more (pprof), exactly one (OTLP).</summary>
    public Column<ValueType> SampleTypes { get; } = new(4);

    /// <summary>Stacks or arcs.</summary>
    public ProfileShape Shape { get; set; }

    /// <summary>The samples.</summary>
    public Column<Sample> Samples { get; } = new(64);

    /// <summary>Values of all samples, end to end.</summary>
    public Column<long> Values { get; } = new(64);

    /// <summary>Event times of all samples, end to end; Unix nanoseconds.</summary>
    public Column<ulong> Timestamps { get; } = new();

    /// <summary>Start, Unix nanoseconds; 0 unknown.</summary>
    public long TimeNanos { get; set; }

    /// <summary>Length, nanoseconds; 0 unknown.</summary>
    public long DurationNanos { get; set; }

    /// <summary>What the period counts.</summary>
    public ValueType PeriodType { get; set; }

    /// <summary>Distance between two samples, in units of <see cref="PeriodType"/>; 0 unknown.</summary>
    public long Period { get; set; }

    /// <summary>The sender's id of the profile (OTLP profile_id, 16 bytes big-endian); 0 none.</summary>
    public UInt128 ProfileId { get; set; }

    /// <summary>Attribute set of the profile.</summary>
    public int AttributeSet { get; set; }

    /// <summary>Attributes the sender dropped.</summary>
    public uint DroppedAttributes { get; set; }

    /// <summary>Comments (pprof), string indices.</summary>
    public Column<int> Comments { get; } = new(4);

    /// <summary>String: sample type to show first (pprof); 0 none.</summary>
    public int DefaultSampleType { get; set; }

    /// <summary>String: regular expression of frames to drop (pprof).</summary>
    public int DropFrames { get; set; }

    /// <summary>String: regular expression of frames to keep (pprof).</summary>
    public int KeepFrames { get; set; }

    /// <summary>String: documentation address (pprof).</summary>
    public int DocUrl { get; set; }

    /// <summary>String: format of the original payload (OTLP); 0 none.</summary>
    public int OriginalPayloadFormat { get; set; }

    /// <summary>String index of the original payload's bytes (OTLP); 0 none.</summary>
    public int OriginalPayload { get; set; }

    /// <summary>Samples the decoder left out because they made no sense; each is in the problem list.</summary>
    public int DroppedSamples { get; set; }

    /// <summary>
    /// What a sample adds to sample type <paramref name="type"/>: the value at that position (several types), or the sum of
    /// its values, or the number of its event times when it has no values (OTLP). Wraps on overflow.
    /// </summary>
    public long ValueOf(in Sample sample, int type)
    {
        if (SampleTypes.Count > 1)
        {
            return type < sample.ValueCount ? Values[sample.ValueStart + type] : 0;
        }

        if (sample.ValueCount == 1)
        {
            return Values[sample.ValueStart];
        }

        if (sample.ValueCount == 0)
        {
            return sample.TimestampCount;
        }

        long sum = 0;
        foreach (long value in Values.Slice(sample.ValueStart, sample.ValueCount))
        {
            sum += value;
        }

        return sum;
    }

    /// <summary>Back to an empty profile; memory is kept.</summary>
    public void Clear()
    {
        SampleTypes.Clear();
        Samples.Clear();
        Values.Clear();
        Timestamps.Clear();
        Comments.Clear();
        Shape = ProfileShape.Stacks;
        TimeNanos = DurationNanos = Period = 0;
        PeriodType = default;
        ProfileId = 0;
        AttributeSet = DefaultSampleType = DropFrames = KeepFrames = DocUrl = 0;
        OriginalPayloadFormat = OriginalPayload = 0;
        DroppedAttributes = 0;
        DroppedSamples = 0;
    }
}
