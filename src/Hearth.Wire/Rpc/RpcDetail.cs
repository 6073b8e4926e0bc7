namespace Hearth.Wire.Rpc;

/// <summary>One google.protobuf.Any of a status: the message name without its type URL, and the encoded message.</summary>
internal readonly record struct RpcDetail(string Type, ReadOnlyMemory<byte> Value);
