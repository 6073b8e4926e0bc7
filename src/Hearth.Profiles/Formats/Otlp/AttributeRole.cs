namespace Hearth.Profiles.Formats.Otlp;

/// <summary>
/// Attributes that stand for a field of the model. Written from the semantic conventions (profile and process registries) and the
/// OpenTelemetry specification's pprof mapping.
/// </summary>
internal enum AttributeRole : byte
{
    None,
    FrameType,
    IsFolded,
    BuildIdGnu,
    BuildIdGo,
    BuildIdHash,
    HasFunctions,
    HasFilenames,
    HasLineNumbers,
    HasInlineFrames,
    Comment,
    DropFrames,
    KeepFrames,
    DocUrl,
    DefaultSampleType,
    SampleTypeOrder,
}
