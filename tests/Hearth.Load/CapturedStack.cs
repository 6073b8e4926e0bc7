namespace Hearth.Load;

/// <summary>A stack of a process, leaf first, with its samples.</summary>
internal sealed record CapturedStack(
    int Pid, IReadOnlyDictionary<string, string> Resource, IReadOnlyList<CapturedFrame> Frames, long Samples)
{
    /// <summary>Name of the innermost frame that is not the kernel's.</summary>
    public string? LeafUser => Frames.FirstOrDefault(frame => frame.Type != "kernel")?.Name;

    /// <inheritdoc/>
    public override string ToString() => $"{Pid} {Samples}: {string.Join(';', Frames)}";
}
