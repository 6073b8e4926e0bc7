using Hearth.Profiles.Model;
using Hearth.Profiles.Types;
using Hearth.Storage.Writing;

namespace Hearth.Ingest.Shaping;

/// <summary>One sample type of one profile, about to become rows.</summary>
internal ref struct PieceInput
{
    public required Profile Profile;
    public required int Group;
    public required int Position;
    public required long StartNanos;
    public required ProfileFlags Flags;
    public required ulong Lost;
    public required ulong Truncated;
    public required RefusalList Refusals;
    public MappedType Type;
    public int TypeIndex;
    public UInt128 Identity;
}
