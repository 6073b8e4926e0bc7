using Hearth.Profiles.Model;
using Hearth.Wire.Protobuf;

namespace Hearth.Profiles.Formats.Otlp;

/// <summary>
/// Writes OTLP profiles as of proto v1.10 and v1.11. The tables of the document are the dictionary, entry for entry, with the zero
/// entries the specification wants; the same document gives the same bytes.
/// <para>
/// A profile with several sample types (a pprof) becomes one profile for each, as the specification's pprof mapping says; a sample whose
/// value is 0 there is left out, since it says nothing. Attributes of resource and scope are written with their keys in place, since
/// common relays do not resolve keys by index; those of samples, mappings and locations by index. Attributes given several times in one
/// set become one with an array. A start before 1970 is written as 0 (unknown).
/// </para>
/// </summary>
public static class OtlpProfilesWriter
{
    /// <summary>Appends a document as one ExportProfilesServiceRequest, or ProfilesData, which is the same.</summary>
    public static void Write(ProfileDocument document, ProtoWriter output)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(output);
        document.Scratch<OtlpEncoder>().Encode(document, output);
    }
}
