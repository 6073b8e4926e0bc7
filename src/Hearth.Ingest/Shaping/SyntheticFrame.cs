using Hearth.Profiles.Ids;

namespace Hearth.Ingest.Shaping;

/// <summary>A frame the store adds itself: a name in brackets, without mapping or address.</summary>
internal sealed class SyntheticFrame
{
    private readonly byte[] _name;

    public SyntheticFrame(ReadOnlySpan<byte> name)
    {
        _name = name.ToArray();
        Function = ContentIds.FunctionId(name, default, default, 0);
        Frame = ContentIds.FrameId(default, default, 0, false, default, [new FrameLine(Function, 0, 0)]);
    }

    /// <summary>Its function's name, UTF-8.</summary>
    public ReadOnlySpan<byte> Name => _name;

    /// <summary>Its function's id.</summary>
    public ulong Function { get; }

    /// <summary>Its id.</summary>
    public ulong Frame { get; }
}
