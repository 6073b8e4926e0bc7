namespace Hearth.Native.Elf;

/// <summary>A program header (elf(5), Elf64_Phdr): what the loader maps.</summary>
/// <param name="Type">p_type; 1 is PT_LOAD, 4 PT_NOTE.</param>
/// <param name="Flags">p_flags; bit 0 is executable.</param>
/// <param name="Offset">First byte in the file.</param>
/// <param name="Address">Virtual address of that byte.</param>
/// <param name="FileSize">Bytes in the file.</param>
/// <param name="MemorySize">Bytes in memory; those past <paramref name="FileSize"/> are zero.</param>
/// <param name="Align">p_align.</param>
public readonly record struct ElfSegment(
    uint Type, uint Flags, ulong Offset, ulong Address, ulong FileSize, ulong MemorySize, ulong Align)
{
    /// <summary>p_type of a loaded segment.</summary>
    public const uint Load = 1;

    /// <summary>p_type of notes.</summary>
    public const uint Note = 4;

    /// <summary>True when the segment is mapped executable.</summary>
    public bool IsExecutable => (Flags & 1) != 0;
}
