namespace Hearth.Native.Elf;

/// <summary>Why a file cannot be read as ELF. <see cref="ElfErrors.Id"/> gives the stable name.</summary>
public enum ElfError
{
    /// <summary>It can.</summary>
    None,

    /// <summary>Shorter than a header, or a table lies outside the file.</summary>
    Truncated,

    /// <summary>No ELF magic.</summary>
    NotElf,

    /// <summary>A 32-bit file: not supported.</summary>
    Is32Bit,

    /// <summary>A big-endian file: not supported.</summary>
    IsBigEndian,

    /// <summary>An unknown ELF version, or tables whose rows are too small.</summary>
    BadHeader,

    /// <summary>More program headers than <see cref="ElfImage.SegmentsMax"/>.</summary>
    TooManySegments,

    /// <summary>More sections than <see cref="ElfImage.SectionsMax"/>.</summary>
    TooManySections,

    /// <summary>No symbol table with functions.</summary>
    NoSymbols,

    /// <summary>More function symbols than the caller allowed.</summary>
    TooManySymbols,
}
