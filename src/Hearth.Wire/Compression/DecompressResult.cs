namespace Hearth.Wire.Compression;

/// <summary>How a decompression ended.</summary>
public enum DecompressResult
{
    /// <summary>The whole input was read, its checksums hold and the output is complete.</summary>
    Ok,

    /// <summary>The output would be larger than allowed. The running count stopped it; what was written is to be thrown away.</summary>
    TooLarge,

    /// <summary>The input ends too early.</summary>
    Truncated,

    /// <summary>The input is not in the format it claims, or a checksum does not hold.</summary>
    Corrupt,
}
