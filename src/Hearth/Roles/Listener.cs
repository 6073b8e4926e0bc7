using System.Net;

namespace Hearth.Roles;

/// <summary>One port of a role: its name in the ready line, the flag that moves it, and what answers there.</summary>
internal sealed class Listener
{
    /// <summary>Name in the ready line.</summary>
    public required string Name { get; init; }

    /// <summary>Flag that chooses another port.</summary>
    public required string Flag { get; init; }

    /// <summary>Where to listen; port 0 for a free one.</summary>
    public required IPEndPoint EndPoint { get; init; }

    /// <summary>True for HTTP/2 only (gRPC without TLS); false for HTTP/1.1 only. Without TLS one port cannot carry both.</summary>
    public bool Http2 { get; init; }

    /// <summary>Adds what answers on this port and on no other.</summary>
    public required Action<IEndpointRouteBuilder> Map { get; init; }
}
