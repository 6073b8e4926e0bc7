namespace Hearth.Wire.Rpc;

/// <summary>How a call failed.</summary>
/// <param name="Code">The code the caller receives.</param>
/// <param name="Message">The sentence the caller receives.</param>
/// <param name="Details">An encoded google.rpc.Status, or null.</param>
/// <param name="Reason">A stable kebab-case id for the counter of refused requests; null when the handler itself answered so.</param>
internal readonly record struct RpcFailure(RpcCode Code, string Message, byte[]? Details = null, string? Reason = null);
