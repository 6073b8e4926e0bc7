using Hearth.Profiles.Model;

namespace Hearth.Profiles.Formats;

/// <summary>Working memory of decoders and encoders, owned by the document so that it is reused with it.</summary>
internal sealed class DecodeScratch
{
}
