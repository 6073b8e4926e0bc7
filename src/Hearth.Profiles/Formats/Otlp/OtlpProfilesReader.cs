using Hearth.Profiles.Model;

namespace Hearth.Profiles.Formats.Otlp;

/// <summary>
/// Reads OTLP profiles as of proto v1.10 and v1.11 (<c>opentelemetry.proto.profiles.v1development</c>).
/// <para>
/// A request is often a batch of many senders, so one bad entry must not cost the others: only bytes that are no protobuf and
/// exceeded limits refuse the whole. A profile without a sample type is refused; a sample with an index outside the dictionary, or
/// whose values and event times do not belong together, is dropped; a dictionary entry with a bad index takes with it the samples
/// that use it. Entries 0 are the zero value by the specification; where a sender left one out, index 0 stands for the first entry
/// where something must be named (stack, location, mapping, function, its name, a sample type) and for "not set" elsewhere.
/// </para>
/// <para>
/// The layouts before v1.10 have no mark on the wire, and their values would be read as attribute indices. They are recognised by
/// how fields are encoded; all samples of such a request are refused with the problem <c>otlp-layout-old</c>.
/// </para>
/// </summary>
public static class OtlpProfilesReader
{
    /// <summary>
    /// Reads an ExportProfilesServiceRequest, or ProfilesData, which is the same, into <paramref name="document"/>, which is cleared first.
    /// Strings point into <paramref name="input"/>, which must stay until the document was used. False when the whole was refused; the
    /// document is empty then. Profiles refused singly are counted in <see cref="ProfileDocument.RefusedProfiles"/>, samples in
    /// <see cref="Profile.DroppedSamples"/>. Never throws on bad bytes; allocates nothing per sample when the document is used again.
    /// </summary>
    public static bool Read(ReadOnlyMemory<byte> input, ProfileDocument document, DecodeLimits limits, ProblemList problems)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(problems);
        document.Clear();
        if (input.Length > limits.BytesMax)
        {
            problems.Add("otlp-too-large", -1, $"The request has {input.Length} bytes; {limits.BytesMax} are allowed.");
            return false;
        }

        if (document.Scratch<OtlpDecoder>().Decode(input, document, limits, problems))
        {
            return true;
        }

        document.Clear();
        return false;
    }
}
