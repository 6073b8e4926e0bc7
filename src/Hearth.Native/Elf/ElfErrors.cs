namespace Hearth.Native.Elf;

/// <summary>Stable names of <see cref="ElfError"/> for metrics and messages.</summary>
public static class ElfErrors
{
    /// <summary>The kebab-case id, e.g. <c>elf-32-bit</c>.</summary>
    public static string Id(this ElfError error) => error switch
    {
        ElfError.None => "elf-ok",
        ElfError.Truncated => "elf-truncated",
        ElfError.NotElf => "elf-magic",
        ElfError.Is32Bit => "elf-32-bit",
        ElfError.IsBigEndian => "elf-big-endian",
        ElfError.BadHeader => "elf-header",
        ElfError.TooManySegments => "elf-segments-max",
        ElfError.TooManySections => "elf-sections-max",
        ElfError.NoSymbols => "elf-no-symbols",
        ElfError.TooManySymbols => "elf-symbols-max",
        _ => "elf-unknown",
    };
}
