using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Hearth.Wire.Rpc;

/// <summary>The instruments of this room. Tag values are mapped methods, codes and reasons: a closed set, no request's bytes.</summary>
internal static class WireMetrics
{
    /// <summary>Method tag of a request that matches no mapped method.</summary>
    public const string UnknownMethod = "unknown";

    private static readonly Meter Meter = new("Hearth.Wire");

    private static readonly Counter<long> Requests = Meter.CreateCounter<long>(
        "hearth.wire.requests", "{request}", "Requests answered, by protocol, method and code.");

    private static readonly Counter<long> Refused = Meter.CreateCounter<long>(
        "hearth.wire.refused", "{request}", "Requests refused before their handler ran, by reason.");

    private static readonly Counter<long> BytesReceived = Meter.CreateCounter<long>(
        "hearth.wire.received", "By", "Request message bytes as they came, before decompression.");

    private static readonly Counter<long> BytesDecoded = Meter.CreateCounter<long>(
        "hearth.wire.received.decoded", "By", "Request message bytes after decompression.");

    private static readonly Counter<long> ClientCalls = Meter.CreateCounter<long>(
        "hearth.wire.client.calls", "{call}", "Calls made to other servers, by method and code.");

    /// <summary>Counts one answered request.</summary>
    public static void Answered(string protocol, string method, RpcCode code) => Requests.Add(
        1,
        new TagList { { "protocol", protocol }, { "method", method }, { "code", RpcCodes.Name(code) } });

    /// <summary>Counts one request that was refused before its handler ran.</summary>
    public static void RefusedBecause(string reason) => Refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>Counts the bytes of one request message.</summary>
    public static void Received(long raw, long decoded)
    {
        BytesReceived.Add(raw);
        BytesDecoded.Add(decoded);
    }

    /// <summary>Counts one outgoing call.</summary>
    public static void Called(string method, RpcCode code) => ClientCalls.Add(
        1,
        new TagList { { "method", method }, { "code", RpcCodes.Name(code) } });
}
