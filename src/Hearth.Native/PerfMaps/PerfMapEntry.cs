namespace Hearth.Native.PerfMaps;

/// <summary>A line of a perf map: code at [Start, Start + Size), its name at <see cref="NameOffset"/> of the file.</summary>
/// <param name="Start">Address in the process.</param>
/// <param name="Size">Bytes, at least 1.</param>
/// <param name="NameOffset">Offset of the name in the file; it ends at the line's end.</param>
public readonly record struct PerfMapEntry(ulong Start, uint Size, uint NameOffset)
{
    /// <summary>First address behind the code.</summary>
    public ulong End => Start + Size;
}
