using Hearth.Wire.Compression;
using Microsoft.AspNetCore.Http;

namespace Hearth.Wire.Http;

/// <summary>A request body, or why there is none. Disposing gives the memory of <see cref="Body"/> back.</summary>
public sealed class BodyResult : IDisposable
{
    private readonly PooledBuffer? _buffer;

    internal BodyResult(PooledBuffer buffer)
    {
        _buffer = buffer;
        Status = BodyStatus.Ok;
        Message = "";
        Reason = "";
    }

    internal BodyResult(BodyStatus status, string message, string reason)
    {
        Status = status;
        Message = message;
        Reason = reason;
    }

    /// <summary>How it ended.</summary>
    public BodyStatus Status { get; }

    /// <summary>True if the body is there.</summary>
    public bool IsOk => Status == BodyStatus.Ok;

    /// <summary>The body after decompression; empty unless <see cref="IsOk"/>. Valid until this object is disposed.</summary>
    public ReadOnlyMemory<byte> Body => _buffer?.WrittenMemory ?? default;

    /// <summary>One sentence for the caller; empty if the body is there.</summary>
    public string Message { get; }

    /// <summary>A stable kebab-case id of the refusal for counters; empty if the body is there.</summary>
    public string Reason { get; }

    /// <summary>The HTTP status that says this; 200 if the body is there.</summary>
    public int HttpStatus => Status switch
    {
        BodyStatus.Ok => StatusCodes.Status200OK,
        BodyStatus.TooLarge => StatusCodes.Status413PayloadTooLarge,
        BodyStatus.UnsupportedEncoding => StatusCodes.Status415UnsupportedMediaType,
        BodyStatus.TimedOut => StatusCodes.Status408RequestTimeout,
        _ => StatusCodes.Status400BadRequest,
    };

    /// <inheritdoc/>
    public void Dispose() => _buffer?.Dispose();
}
