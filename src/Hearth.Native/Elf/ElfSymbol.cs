namespace Hearth.Native.Elf;

/// <summary>A function of an ELF file: the part of it that an address fell into.</summary>
/// <param name="Start">Virtual address of the function itself.</param>
/// <param name="NameOffset">Where its NUL-terminated name is in the file that holds the symbols.</param>
public readonly record struct ElfSymbol(ulong Start, long NameOffset);
