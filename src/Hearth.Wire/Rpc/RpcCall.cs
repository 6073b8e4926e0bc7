using System.Net;
using Microsoft.AspNetCore.Http;

namespace Hearth.Wire.Rpc;

/// <summary>One unary request as its handler sees it.</summary>
public class RpcCall
{
    /// <summary>The method as it was mapped: "/package.Service/Method".</summary>
    public required string Method { get; init; }

    /// <summary>The request message after decompression. Its memory is reused once the handler has returned.</summary>
    public required ReadOnlyMemory<byte> Message { get; init; }

    /// <summary>The request's headers (gRPC metadata).</summary>
    public required IHeaderDictionary Headers { get; init; }

    /// <summary>When the caller stops waiting, if it said so. The handler's token is cancelled then.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>The address the connection came from.</summary>
    public IPAddress? Peer { get; init; }
}
