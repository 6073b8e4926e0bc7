namespace Hearth.Ingest.Shaping;

/// <summary>Why a profile, or a part of one, is not stored.</summary>
internal enum RefusalReason
{
    /// <summary>The profile names no sample type.</summary>
    NoSampleType,

    /// <summary>The sample or period type has no name that can be stored.</summary>
    BadType,

    /// <summary>Arcs, which the store does not take yet.</summary>
    Arcs,

    /// <summary>More samples than allowed.</summary>
    TooManySamples,

    /// <summary>Starts before the window that is accepted.</summary>
    TooOld,

    /// <summary>Starts behind the window that is accepted.</summary>
    TooNew,

    /// <summary>More labels than allowed.</summary>
    TooManyLabels,

    /// <summary>A label value longer than allowed.</summary>
    LabelTooLong,

    /// <summary>Written in an older layout of OTLP profiles, whose fields mean something else.</summary>
    OldLayout,

    /// <summary>A profile the decoder could not make sense of.</summary>
    BadProfile,

    /// <summary>A sample with a negative value (the sample is left out).</summary>
    NegativeValue,

    /// <summary>A sample whose value, or the sum, does not fit 64 bits (the sample is left out).</summary>
    ValueOverflow,

    /// <summary>A sample the decoder could not make sense of (the sample is left out).</summary>
    BadSample,

    /// <summary>A label combination past the limit (the samples stay in the profile's own series).</summary>
    TooManySeries,
}
