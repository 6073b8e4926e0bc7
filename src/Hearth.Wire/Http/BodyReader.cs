using System.IO.Pipelines;
using Hearth.Wire.Compression;
using Hearth.Wire.Rpc;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Hearth.Wire.Http;

/// <summary>
/// Reads the whole body of a plain HTTP request within limits: Content-Encoding gzip, deflate (zlib, or raw as some send it) or identity.
/// Both limits count while bytes come and while they are decompressed, never by a length the sender claims.
/// </summary>
public static class BodyReader
{
    /// <summary>The encodings to name in an Accept-Encoding header beside a 415.</summary>
    public const string AcceptedEncodings = "gzip, deflate, identity";

    /// <summary>
    /// Reads and decompresses. Bad input is an outcome, not an exception; cancellation, and a sender that goes away, throw
    /// <see cref="OperationCanceledException"/> or <see cref="IOException"/>. Refusals are counted.
    /// </summary>
    public static async ValueTask<BodyResult> ReadAsync(HttpRequest request, RpcLimits limits, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(limits);
        BodyResult result = await ReadUncountedAsync(request, limits, cancellation);
        if (!result.IsOk)
        {
            WireMetrics.RefusedBecause(result.Reason);
        }

        return result;
    }

    /// <summary>As <see cref="ReadAsync"/> for a caller that counts refusals itself.</summary>
    internal static async ValueTask<BodyResult> ReadUncountedAsync(HttpRequest request, RpcLimits limits, CancellationToken cancellation)
    {
        if (!TryReadEncoding(request, out ContentEncoding encoding))
        {
            return new BodyResult(
                BodyStatus.UnsupportedEncoding, "Content-Encoding is not known here; send one of " + AcceptedEncodings + ".", "encoding");
        }

        int rawMax = encoding == ContentEncoding.Identity ? limits.MessageBytesMax : limits.CompressedBytesMax;
        if (request.ContentLength > rawMax)
        {
            return TooLarge(rawMax, encoding != ContentEncoding.Identity);
        }

        HttpContext context = request.HttpContext;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bodySize)
        {
            bodySize.MaxRequestBodySize = null; // counted here, with the caller's limits
        }

        TimeProvider clock = context.RequestServices?.GetService<TimeProvider>() ?? TimeProvider.System;
        PooledBuffer raw = new();
        BodyResult? result = null;
        try
        {
            BodyResult? refused = await FillAsync(request, raw, limits, rawMax, encoding, clock, cancellation);
            result = refused ?? Decode(raw, encoding, limits.MessageBytesMax);
            return result;
        }
        finally
        {
            if (result is not { IsOk: true } || (encoding != ContentEncoding.Identity && raw.Length > 0))
            {
                raw.Dispose();
            }
        }
    }

    private static async ValueTask<BodyResult?> FillAsync(
        HttpRequest request,
        PooledBuffer raw,
        RpcLimits limits,
        int rawMax,
        ContentEncoding encoding,
        TimeProvider clock,
        CancellationToken cancellation)
    {
        using RpcDeadline body = new(clock, limits.BodyTimeout, cancellation);
        try
        {
            return await CopyAsync(request.BodyReader, raw, rawMax, body.Token)
                ? null
                : TooLarge(rawMax, encoding != ContentEncoding.Identity);
        }
        catch (OperationCanceledException) when (body.Expired && !cancellation.IsCancellationRequested)
        {
            return new BodyResult(
                BodyStatus.TimedOut, $"The request body did not arrive within {limits.BodyTimeout.TotalSeconds} s.", "body-timeout");
        }
        catch (BadHttpRequestException bad) when (bad.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            return new BodyResult(BodyStatus.TimedOut, "The request body came too slowly.", "body-timeout");
        }
        catch (BadHttpRequestException bad) when (bad.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return new BodyResult(BodyStatus.TooLarge, "The request body is larger than the server allows.", "body-too-large");
        }
        catch (IOException error) when (error is not ConnectionResetException)
        {
            // Kestrel reports some broken bodies, such as a chunk size that overflows, as this and not as BadHttpRequestException.
            return new BodyResult(BodyStatus.Malformed, "The request body is not valid HTTP.", "body-malformed");
        }
    }

    private static async ValueTask<bool> CopyAsync(PipeReader body, PooledBuffer raw, int rawMax, CancellationToken cancellation)
    {
        while (true)
        {
            ReadResult read = await body.ReadAsync(cancellation);
            bool fits = read.Buffer.Length <= rawMax - raw.Length;
            if (fits)
            {
                foreach (ReadOnlyMemory<byte> segment in read.Buffer)
                {
                    raw.Append(segment.Span);
                }
            }

            body.AdvanceTo(read.Buffer.End);
            if (!fits || read.IsCompleted)
            {
                return fits;
            }
        }
    }

    private static BodyResult Decode(PooledBuffer raw, ContentEncoding encoding, int max)
    {
        if (encoding == ContentEncoding.Identity || raw.Length == 0)
        {
            // Some senders (the streams of .NET among them) write nothing at all for compressed nothing.
            WireMetrics.Received(raw.Length, raw.Length);
            return new BodyResult(raw);
        }

        PooledBuffer decoded = new();
        DecompressResult result = encoding == ContentEncoding.Gzip
            ? Gzip.Decompress(raw.Written, decoded, max)
            : Zlib.Decompress(raw.Written, decoded, max);
        if (result == DecompressResult.Ok)
        {
            WireMetrics.Received(raw.Length, decoded.Length);
            return new BodyResult(decoded);
        }

        decoded.Dispose();
        return result == DecompressResult.TooLarge
            ? new BodyResult(BodyStatus.TooLarge, $"The body is more than {max} bytes after decompression.", "body-too-large")
            : new BodyResult(BodyStatus.Malformed, $"The compressed body is damaged ({result}).", "compression-damaged");
    }

    private static BodyResult TooLarge(int max, bool compressed) => new(
        BodyStatus.TooLarge, $"The body is more than {max} bytes{(compressed ? " compressed" : "")}.", "body-too-large");

    private static bool TryReadEncoding(HttpRequest request, out ContentEncoding encoding)
    {
        string text = request.Headers.ContentEncoding.ToString().Trim();
        encoding = text.ToUpperInvariant() switch
        {
            "" or "IDENTITY" => ContentEncoding.Identity,
            "GZIP" or "X-GZIP" => ContentEncoding.Gzip,
            "DEFLATE" => ContentEncoding.Deflate,
            _ => ContentEncoding.Unknown,
        };
        return encoding != ContentEncoding.Unknown;
    }
}
