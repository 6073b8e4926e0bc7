using Hearth.Profiles.Model;

namespace Hearth.Profiles.Formats.Pprof;

/// <summary>Reads pprof.</summary>
public static class PprofReader
{
    /// <summary>Reads a pprof file, gzip or not, into <paramref name="document"/>; false when it was refused (the problems say why).</summary>
    public static bool Read(ReadOnlyMemory<byte> input, ProfileDocument document, DecodeLimits limits, ProblemList problems) =>
        throw new NotImplementedException();
}
