using Hearth.Profiles.Model;

namespace Hearth.Profiles.Formats.Otlp;

/// <summary>Reads OTLP profiles.</summary>
public static class OtlpProfilesReader
{
    /// <summary>
    /// Reads an ExportProfilesServiceRequest (or ProfilesData) into <paramref name="document"/>; false when the whole of it was refused.
    /// Profiles refused singly are counted in <see cref="ProfileDocument.RefusedProfiles"/>, samples in <see cref="Profile.DroppedSamples"/>.
    /// </summary>
    public static bool Read(ReadOnlyMemory<byte> input, ProfileDocument document, DecodeLimits limits, ProblemList problems) =>
        throw new NotImplementedException();
}
