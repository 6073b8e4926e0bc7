namespace Hearth.Native.Elf;

/// <summary>A section header (elf(5), Elf64_Shdr).</summary>
/// <param name="NameOffset">Offset of the name in the section-name table.</param>
/// <param name="Type">sh_type; 2 is SYMTAB, 3 STRTAB, 7 NOTE, 8 NOBITS, 11 DYNSYM.</param>
/// <param name="Flags">sh_flags; 2 is allocated, 4 executable, 0x800 compressed.</param>
/// <param name="Address">Virtual address; 0 when not loaded.</param>
/// <param name="Offset">First byte in the file.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Link">Index of a related section: the string table of a symbol table.</param>
/// <param name="EntrySize">Bytes of a row; 0 when it is not a table.</param>
public readonly record struct ElfSection(
    uint NameOffset, uint Type, ulong Flags, ulong Address, ulong Offset, ulong Size, uint Link, ulong EntrySize)
{
    /// <summary>sh_type of a full symbol table.</summary>
    public const uint SymbolTable = 2;

    /// <summary>sh_type of notes.</summary>
    public const uint Notes = 7;

    /// <summary>sh_type of a section without bytes in the file (.bss, and all code in a debug file).</summary>
    public const uint NoBits = 8;

    /// <summary>sh_type of the dynamic symbol table.</summary>
    public const uint DynamicSymbols = 11;

    /// <summary>True for code.</summary>
    public bool IsExecutable => (Flags & 4) != 0;
}
