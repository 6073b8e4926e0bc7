namespace Hearth.Load;

/// <summary>A frame as a profile tells it.</summary>
internal sealed record CapturedFrame(string Name, string Type, string File, ulong Address)
{
    /// <inheritdoc/>
    public override string ToString() => Name.Length > 0 ? Name : $"{File}+0x{Address:x}";
}
