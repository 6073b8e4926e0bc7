using Hearth.Wire.Rpc;

namespace Hearth.Wire.Grpc;

/// <summary>How a call to another server ended. Whatever goes wrong on the way is a code here, not an exception.</summary>
public sealed class GrpcReply
{
    /// <summary>The status.</summary>
    public required RpcCode Code { get; init; }

    /// <summary>The server's sentence, or what this side saw; empty if all went well.</summary>
    public string Message { get; init; } = "";

    /// <summary>The reply message after decompression; empty unless the code is Ok.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>
    /// How long the server asks to wait (RetryInfo, grpc-retry-pushback-ms or Retry-After), at most a day; null if it does not say.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True if the server asks not to try again at all (a negative grpc-retry-pushback-ms).</summary>
    public bool RetryForbidden { get; init; }

    /// <summary>The encoded google.rpc.Status of the grpc-status-details-bin trailer; empty if there was none.</summary>
    public ReadOnlyMemory<byte> Details { get; init; }

    /// <summary>True if the code is Ok.</summary>
    public bool IsOk => Code == RpcCode.Ok;
}
