using Hearth.Profiles.Model;
using Hearth.Wire.Protobuf;

namespace Hearth.Profiles.Formats.Pprof;

/// <summary>
/// Writes pprof (not compressed). Ids are positions in the tables, so the same document gives the same bytes.
/// <para>
/// What pprof has no field for: several values of one sample become their sum, event times are left out, a link becomes the string
/// labels <c>trace_id</c> and <c>span_id</c>, a bool or double attribute a string label, an array one label for each element; resource,
/// scope, frame types and attributes of locations and mappings are left out.
/// </para>
/// </summary>
public static class PprofWriter
{
    /// <summary>
    /// Appends one profile of a document to <paramref name="output"/>. A document with a single profile is written with all its tables,
    /// so that the first mapping stays the main binary; of one with several profiles only what this profile uses.
    /// </summary>
    public static void Write(ProfileDocument document, Profile profile, ProtoWriter output)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(output);
        document.Scratch<PprofEncoder>().Encode(document, profile, output);
    }
}
