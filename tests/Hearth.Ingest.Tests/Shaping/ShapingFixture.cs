using Hearth.Ingest.Shaping;
using Hearth.Profiles.Model;

namespace Hearth.Ingest.Tests.Shaping;

/// <summary>A shaper with a fixed time of receipt.</summary>
internal sealed class ShapingFixture
{
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 3, TimeSpan.Zero);

    public ShapingFixture(Action<IngestOptions>? change = null)
    {
        change?.Invoke(Options);
        Shaper = new ProfileShaper(Options);
    }

    public IngestOptions Options { get; } = new();

    public ProfileShaper Shaper { get; }

    public RefusalList Refusals { get; } = new();

    public ShapedRows Shape(ProfileDocument document, ProfileSource source = ProfileSource.Otlp)
    {
        Refusals.Clear();
        Shaper.Shape(document, source, Now, Refusals);
        return Shaper.Rows;
    }
}
