using Hearth.Ingest.Shaping;
using Hearth.Profiles.Model;

namespace Hearth.Ingest.Otlp;

/// <summary>The scratch memory one request is decoded and shaped in; handed from request to request.</summary>
internal sealed class ExportLane(IngestOptions options)
{
    /// <summary>What was decoded.</summary>
    public ProfileDocument Document { get; } = new();

    /// <summary>What the decoder found wrong.</summary>
    public ProblemList Problems { get; } = new();

    /// <summary>What is not stored.</summary>
    public RefusalList Refusals { get; } = new();

    /// <summary>Makes rows of the document.</summary>
    public ProfileShaper Shaper { get; } = new(options);

    /// <summary>Forgets the last request, the message it pointed into among it.</summary>
    public void Clear()
    {
        Document.Clear();
        Problems.Clear();
        Refusals.Clear();
    }
}
