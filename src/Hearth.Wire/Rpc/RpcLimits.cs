using System.ComponentModel.DataAnnotations;

namespace Hearth.Wire.Rpc;

/// <summary>What one request may cost before a handler sees it.</summary>
public sealed class RpcLimits
{
    /// <summary>Largest message in bytes, counted after decompression. Default 64 MiB, the OTLP recommendation.</summary>
    [Range(1, int.MaxValue)]
    public int MessageBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>Largest compressed message in bytes. Default 32 MiB. An uncompressed message has only the limit above.</summary>
    [Range(1, int.MaxValue)]
    public int CompressedBytesMax { get; init; } = 32 * 1024 * 1024;

    /// <summary>Longest wait for the whole request body. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
