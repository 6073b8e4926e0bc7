namespace Hearth.Ingest.Shaping;

/// <summary>What kind of sender a document came from: their types are named by different rules.</summary>
internal enum ProfileSource
{
    /// <summary>OTLP profiles: one sample type per profile.</summary>
    Otlp,

    /// <summary>A pprof: sample types side by side.</summary>
    Pprof,
}
