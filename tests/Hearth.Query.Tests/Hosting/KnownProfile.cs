using Hearth.Profiles.Labels;
using Hearth.Profiles.Types;

namespace Hearth.Query.Tests.Hosting;

/// <summary>A sample a test wrote.</summary>
internal readonly record struct KnownSample(string Stack, long Value, ulong Span = 0);

/// <summary>A profile a test wrote.</summary>
internal sealed record KnownProfile(ProfileType Type, LabelSet Labels, long StartMs, KnownSample[] Samples)
{
    public string Service => Labels["service_name"]!;

    /// <summary>Start of its slot, Unix seconds.</summary>
    public long Slot => StartMs / 5_000 * 5;
}
