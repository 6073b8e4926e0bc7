using Hearth.Profiles.Model;
using Hearth.Wire.Protobuf;

namespace Hearth.Profiles.Formats.Pprof;

/// <summary>Writes pprof.</summary>
public static class PprofWriter
{
    /// <summary>Writes one profile of a document as pprof (not compressed).</summary>
    public static void Write(ProfileDocument document, Profile profile, ProtoWriter output) => throw new NotImplementedException();
}
