using Hearth.Profiles.Model;
using Hearth.Wire.Protobuf;

namespace Hearth.Profiles.Formats.Otlp;

/// <summary>Writes OTLP profiles.</summary>
public static class OtlpProfilesWriter
{
    /// <summary>Writes a document as one ExportProfilesServiceRequest (or ProfilesData).</summary>
    public static void Write(ProfileDocument document, ProtoWriter output) => throw new NotImplementedException();
}
