using Hearth.Profiles.Model;
using Hearth.Wire.Compression;

namespace Hearth.Profiles.Formats.Pprof;

/// <summary>
/// Reads pprof (<c>perftools.profiles.Profile</c> of profile.proto), gzip or not, fields in any order, repeated numbers packed or not.
/// <para>
/// What makes the file as a whole untrustworthy refuses it: bytes that are no protobuf, ids of 0 or given twice, a string index
/// outside the table, a location that names an unknown function, two files run together. What concerns one sample drops that
/// sample: an unknown location, another number of values than there are sample types, a label outside the string table. An unknown
/// mapping is treated as none. Text that is not UTF-8 is kept and reported. Every case has a problem id.
/// </para>
/// </summary>
public static class PprofReader
{
    /// <summary>
    /// Reads a file into <paramref name="document"/>, which is cleared first and then has one group with one profile. Strings point into
    /// <paramref name="input"/> or, if that is gzip, into memory of the document: both must stay until the document was used. False
    /// when the file was refused; <paramref name="problems"/> says why, and the document is empty then. Never throws on bad bytes;
    /// allocates nothing per sample when the document is used again.
    /// </summary>
    public static bool Read(ReadOnlyMemory<byte> input, ProfileDocument document, DecodeLimits limits, ProblemList problems)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(problems);
        document.Clear();
        if (Gzip.IsGzip(input.Span) && !Inflate(ref input, document, limits, problems))
        {
            return false;
        }

        if (input.Length > limits.BytesMax)
        {
            problems.Add("pprof-too-large", -1, $"The pprof has {input.Length} bytes; {limits.BytesMax} are allowed.");
            return false;
        }

        if (input.IsEmpty)
        {
            problems.Add("pprof-empty", -1, "The pprof has no bytes.");
            return false;
        }

        if (document.Scratch<PprofDecoder>().Decode(input, document, limits, problems))
        {
            return true;
        }

        document.Clear();
        return false;
    }

    private static bool Inflate(ref ReadOnlyMemory<byte> input, ProfileDocument document, DecodeLimits limits, ProblemList problems)
    {
        PooledBuffer inflated = document.Scratch<PooledBuffer>();
        inflated.Clear();
        DecompressResult result = Gzip.Decompress(input.Span, inflated, limits.BytesMax);
        if (result == DecompressResult.Ok)
        {
            input = inflated.WrittenMemory;
            return true;
        }

        if (result == DecompressResult.TooLarge)
        {
            problems.Add("pprof-too-large", -1, $"The pprof has more than the {limits.BytesMax} bytes allowed once it is unzipped.");
            return false;
        }

        string words = result switch
        {
            DecompressResult.Truncated => "it ends too early",
            _ => "its bytes are damaged",
        };
        problems.Add("pprof-gzip", -1, $"The pprof is gzip, but {words}.");
        return false;
    }
}
