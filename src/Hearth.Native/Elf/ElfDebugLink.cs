namespace Hearth.Native.Elf;

/// <summary>The <c>.gnu_debuglink</c> section: where the debug file of a stripped binary is.</summary>
/// <param name="FileName">Base name of the debug file; never holds a slash.</param>
/// <param name="Crc32">CRC-32 (IEEE) of the whole debug file.</param>
public sealed record ElfDebugLink(string FileName, uint Crc32);
