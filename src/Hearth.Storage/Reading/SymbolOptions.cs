using System.ComponentModel.DataAnnotations;

namespace Hearth.Storage.Reading;

/// <summary>Bounds of the symbol cache.</summary>
public sealed class SymbolOptions
{
    /// <summary>Memory for resolved stacks, bytes; at the bound the least recently used leave.</summary>
    [Range(1L << 20, 1L << 36)]
    public long StackBytesMax { get; set; } = 128L << 20;

    /// <summary>Memory for resolved frames, bytes; at the bound the least recently used leave.</summary>
    [Range(1L << 20, 1L << 36)]
    public long FrameBytesMax { get; set; } = 32L << 20;

    /// <summary>Longest a name may be shown after the store has a newer one, seconds.</summary>
    [Range(1, 86_400)]
    public int AgeSeconds { get; set; } = 600;
}
