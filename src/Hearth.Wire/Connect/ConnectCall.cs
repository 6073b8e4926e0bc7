using Hearth.Wire.Rpc;

namespace Hearth.Wire.Connect;

/// <summary>One unary Connect request. The reply is to be written in the same codec.</summary>
public sealed class ConnectCall : RpcCall
{
    /// <summary>The codec of request and reply.</summary>
    public required ConnectCodec Codec { get; init; }
}
