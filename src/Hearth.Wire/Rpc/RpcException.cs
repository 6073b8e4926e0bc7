namespace Hearth.Wire.Rpc;

/// <summary>
/// Thrown by a handler to answer with a code other than <see cref="RpcCode.Ok"/>. The message goes to the caller, so it says what the
/// caller can do and nothing about the inside of the server.
/// </summary>
public sealed class RpcException : Exception
{
    /// <summary>Answers with <paramref name="code"/>.</summary>
    /// <param name="code">Any code but Ok.</param>
    /// <param name="message">One sentence for the caller.</param>
    /// <param name="details">An encoded google.rpc.Status (see <see cref="RpcStatusDetails"/>), or null.</param>
    public RpcException(RpcCode code, string message, byte[]? details = null)
        : base(message)
    {
        Code = code;
        Details = details;
    }

    /// <summary>The code the caller receives.</summary>
    public RpcCode Code { get; }

    /// <summary>An encoded google.rpc.Status, or null.</summary>
    public byte[]? Details { get; }
}
