using System.Globalization;
using Hearth.Wire.Compression;
using Hearth.Wire.Http;
using Hearth.Wire.Rpc;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Hearth.Wire.Connect;

/// <summary>One unary Connect method on the server.</summary>
internal sealed class ConnectEndpoint(
    IEndpointRouteBuilder routes,
    string method,
    Func<ConnectCall, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> handler,
    RpcLimits limits) : RpcEndpoint(routes, method, limits)
{
    private const int TimeoutDigitsMax = 10;
    private const int CompressBytesMin = 1024;

    protected override string Protocol => "connect";

    protected override ValueTask<bool> AdmitAsync(HttpContext context, bool exactPath)
    {
        (int status, string reason) = (0, "");
        if (!exactPath)
        {
            (status, reason) = (StatusCodes.Status404NotFound, "unknown-method");
        }
        else if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = "POST";
            (status, reason) = (StatusCodes.Status405MethodNotAllowed, "http-method");
        }
        else if (!TryReadCodec(context.Request.ContentType, out _))
        {
            context.Response.Headers["Accept-Post"] = "application/proto, application/json";
            (status, reason) = (StatusCodes.Status415UnsupportedMediaType, "content-type");
        }

        if (status == 0)
        {
            return ValueTask.FromResult(true);
        }

        WireMetrics.RefusedBecause(reason);
        context.Response.StatusCode = status;
        context.Response.ContentLength = 0;
        return ValueTask.FromResult(false);
    }

    protected override RpcFailure? ReadTimeout(IHeaderDictionary headers, out TimeSpan? timeout)
    {
        timeout = null;
        StringValues version = headers["Connect-Protocol-Version"];
        if (version.Count > 0 && version != "1")
        {
            return new RpcFailure(RpcCode.InvalidArgument, "Connect-Protocol-Version must be 1 or left out.", null, "protocol-version");
        }

        StringValues text = headers["Connect-Timeout-Ms"];
        if (text.Count == 0)
        {
            return null;
        }

        string digits = text.ToString();
        if (digits.Length <= TimeoutDigitsMax
            && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long milliseconds))
        {
            timeout = TimeSpan.FromMilliseconds(milliseconds);
            return null;
        }

        return new RpcFailure(
            RpcCode.InvalidArgument, "Connect-Timeout-Ms must be a decimal number of at most ten digits.", null, "timeout-header");
    }

    protected override async ValueTask<RpcFailure?> AnswerAsync(HttpContext context, RpcDeadline deadline)
    {
        TryReadCodec(context.Request.ContentType, out ConnectCodec codec);
        using BodyResult body = await BodyReader.ReadUncountedAsync(context.Request, Limits, deadline.Token);
        if (!body.IsOk)
        {
            if (body.Status == BodyStatus.UnsupportedEncoding)
            {
                context.Response.Headers.AcceptEncoding = BodyReader.AcceptedEncodings;
            }

            return new RpcFailure(CodeOf(body.Status), body.Message, null, body.Reason);
        }

        if (codec == ConnectCodec.Json && body.Body.IsEmpty)
        {
            return new RpcFailure(RpcCode.InvalidArgument, "An empty body is no JSON; send {} for an empty message.", null, "json-empty");
        }

        ConnectCall call = new()
        {
            Method = Method,
            Message = body.Body,
            Headers = context.Request.Headers,
            Deadline = deadline.At,
            Peer = context.Connection.RemoteIpAddress,
            Codec = codec,
        };
        ReadOnlyMemory<byte> reply = await handler(call, deadline.Token);
        string contentType = codec == ConnectCodec.Json ? "application/json" : "application/proto";
        await WriteAsync(context, StatusCodes.Status200OK, contentType, reply, deadline.Token);
        return null;
    }

    protected override async ValueTask RefuseAsync(HttpContext context, RpcFailure failure)
    {
        using PooledBuffer body = new();
        ConnectError.Write(failure, body);
        if (failure.Details is byte[] details && RpcStatusDetails.RetryDelay(details) is TimeSpan delay)
        {
            long seconds = Math.Max(1, (long)Math.Ceiling(delay.TotalSeconds));
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        await WriteAsync(context, RpcCodes.HttpStatus(failure.Code), "application/json", body.WrittenMemory, context.RequestAborted);
    }

    private static RpcCode CodeOf(BodyStatus status) => status switch
    {
        BodyStatus.TooLarge => RpcCode.ResourceExhausted,
        BodyStatus.UnsupportedEncoding => RpcCode.Unimplemented,
        BodyStatus.TimedOut => RpcCode.DeadlineExceeded,
        _ => RpcCode.InvalidArgument,
    };

    private static async ValueTask WriteAsync(
        HttpContext context, int status, string contentType, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        HttpResponse response = context.Response;
        using PooledBuffer gzip = new();
        bool compressed = body.Length >= CompressBytesMin && AcceptsGzip(context.Request);
        if (compressed)
        {
            Gzip.Compress(body.Span, gzip);
            compressed = gzip.Length < body.Length - (body.Length / 8);
        }

        if (compressed)
        {
            response.Headers.ContentEncoding = "gzip";
            response.Headers.Vary = "Accept-Encoding";
            body = gzip.WrittenMemory;
        }

        cancellation.ThrowIfCancellationRequested();
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        await response.StartAsync(cancellation);
        await response.BodyWriter.WriteAsync(body, cancellation);
    }

    private static bool AcceptsGzip(HttpRequest request)
    {
        if (!StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out IList<StringWithQualityHeaderValue>? codings))
        {
            return false;
        }

        foreach (StringWithQualityHeaderValue coding in codings)
        {
            if (coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase))
            {
                return coding.Quality is not 0;
            }
        }

        return false;
    }

    private static bool TryReadCodec(string? contentType, out ConnectCodec codec)
    {
        codec = ConnectCodec.Proto;
        if (!MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? type))
        {
            return false;
        }

        if (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            codec = ConnectCodec.Json;
            StringSegment charset = type.Charset;
            return !charset.HasValue || charset.Length == 0 || HeaderUtilities.RemoveQuotes(charset).Equals(
                "utf-8", StringComparison.OrdinalIgnoreCase);
        }

        return type.MediaType.Equals("application/proto", StringComparison.OrdinalIgnoreCase);
    }
}
