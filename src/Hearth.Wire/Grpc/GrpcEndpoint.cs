using System.Globalization;
using Hearth.Wire.Compression;
using Hearth.Wire.Protobuf;
using Hearth.Wire.Rpc;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace Hearth.Wire.Grpc;

/// <summary>One unary gRPC method on the server.</summary>
internal sealed class GrpcEndpoint(
    IEndpointRouteBuilder routes,
    string method,
    Func<RpcCall, ProtoWriter, CancellationToken, ValueTask> handler,
    RpcLimits limits) : RpcEndpoint(routes, method, limits)
{
    private const string ProtocolName = "grpc";

    /// <summary>grpc-message and details are headers: together they stay below the 8 KiB that some clients allow.</summary>
    private const int MessageLengthMax = 2048;

    private const int DetailsBytesMax = 3072;

    /// <summary>Replies below this are not worth a gzip header and the receiver's set-up.</summary>
    private const int CompressBytesMin = 1024;

    protected override string Protocol => ProtocolName;

    /// <summary>Answers a gRPC request for a method that is not mapped.</summary>
    public static Task RefuseUnknownAsync(HttpContext context)
    {
        WireMetrics.Answered(ProtocolName, WireMetrics.UnknownMethod, RpcCode.Unimplemented);
        WireMetrics.RefusedBecause("unknown-method");
        WriteTrailersOnly(context, new RpcFailure(RpcCode.Unimplemented, "This server has no such method."));
        return Task.CompletedTask;
    }

    protected override async ValueTask<bool> AdmitAsync(HttpContext context, bool exactPath)
    {
        HttpRequest request = context.Request;
        (int status, string reason) = (0, "");
        if (!HttpMethods.IsPost(request.Method))
        {
            context.Response.Headers.Allow = "POST";
            (status, reason) = (StatusCodes.Status405MethodNotAllowed, "http-method");
        }
        else if (!GrpcContentType.IsGrpc(request.ContentType))
        {
            (status, reason) = (StatusCodes.Status415UnsupportedMediaType, "content-type");
        }
        else if (!HttpProtocol.IsHttp2(request.Protocol) && !HttpProtocol.IsHttp3(request.Protocol))
        {
            context.Response.Headers.Upgrade = "h2c";
            (status, reason) = (StatusCodes.Status426UpgradeRequired, "http-version");
        }
        else if (!exactPath)
        {
            await RefuseUnknownAsync(context);
            return false;
        }

        if (status == 0)
        {
            return true;
        }

        WireMetrics.RefusedBecause(reason);
        context.Response.StatusCode = status;
        context.Response.ContentLength = 0;
        return false;
    }

    protected override RpcFailure? ReadTimeout(IHeaderDictionary headers, out TimeSpan? timeout)
    {
        timeout = null;
        StringValues text = headers["grpc-timeout"];
        if (text.Count == 0)
        {
            return null;
        }

        if (text.Count == 1 && GrpcTimeout.TryParse(text.ToString(), out TimeSpan span))
        {
            timeout = span;
            return null;
        }

        return new RpcFailure(
            RpcCode.Internal,
            "grpc-timeout is malformed: it is one to eight digits and a unit out of H, M, S, m, u, n.",
            null,
            "timeout-header");
    }

    protected override async ValueTask<RpcFailure?> AnswerAsync(HttpContext context, RpcDeadline deadline)
    {
        if (ReadEncoding(context.Request.Headers, out bool gzip) is RpcFailure encoding)
        {
            return encoding;
        }

        using PooledBuffer raw = new();
        using PooledBuffer inflated = new();
        RpcFailure? failure = await ReadBodyAsync(context, raw, gzip, deadline);
        if (failure is not null)
        {
            return failure;
        }

        failure = GrpcFrame.Unwrap(raw, inflated, Limits, out ReadOnlyMemory<byte> message);
        if (failure is not null)
        {
            return failure;
        }

        WireMetrics.Received(raw.Length - GrpcFrame.HeaderBytes, message.Length);
        RpcCall call = new()
        {
            Method = Method,
            Message = message,
            Headers = context.Request.Headers,
            Deadline = deadline.At,
            Peer = context.Connection.RemoteIpAddress,
        };
        ProtoWriter reply = new(256);
        await handler(call, reply, deadline.Token);
        await WriteReplyAsync(context, reply.WrittenMemory, deadline.Token);
        return null;
    }

    protected override ValueTask RefuseAsync(HttpContext context, RpcFailure failure)
    {
        WriteTrailersOnly(context, failure);
        return ValueTask.CompletedTask;
    }

    private async ValueTask<RpcFailure?> ReadBodyAsync(HttpContext context, PooledBuffer raw, bool gzip, RpcDeadline deadline)
    {
        using RpcDeadline body = new(Clock, Limits.BodyTimeout, deadline.Token);
        try
        {
            return await GrpcFrame.ReadAsync(context.Request.BodyReader, raw, Limits, gzip, body.Token);
        }
        catch (OperationCanceledException) when (body.Expired && !deadline.Expired)
        {
            return new RpcFailure(
                RpcCode.DeadlineExceeded,
                $"The request body did not arrive within {Limits.BodyTimeout.TotalSeconds} s.",
                null,
                "body-timeout");
        }
    }

    private static RpcFailure? ReadEncoding(IHeaderDictionary headers, out bool gzip)
    {
        string encoding = headers["grpc-encoding"].ToString();
        gzip = encoding == "gzip";
        return gzip || encoding is "" or "identity"
            ? null
            : new RpcFailure(
                RpcCode.Unimplemented,
                "grpc-encoding names a compression this server does not know; use gzip or identity.",
                null,
                "encoding");
    }

    private static async ValueTask WriteReplyAsync(HttpContext context, ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        HttpResponse response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = GrpcContentType.Value;
        using PooledBuffer gzip = new();
        bool compressed = message.Length >= CompressBytesMin && AcceptsGzip(context.Request.Headers);
        if (compressed)
        {
            Gzip.Compress(message.Span, gzip);
            compressed = gzip.Length < message.Length - (message.Length / 8);
        }

        if (compressed)
        {
            response.Headers["grpc-encoding"] = "gzip";
            message = gzip.WrittenMemory;
        }

        cancellation.ThrowIfCancellationRequested();
        await response.StartAsync(cancellation);
        response.AppendTrailer("grpc-status", "0");
        GrpcFrame.WriteHeader(response.BodyWriter.GetSpan(GrpcFrame.HeaderBytes), compressed, message.Length);
        response.BodyWriter.Advance(GrpcFrame.HeaderBytes);
        await response.BodyWriter.WriteAsync(message, cancellation);
    }

    private static bool AcceptsGzip(IHeaderDictionary headers)
    {
        foreach (string? line in headers["grpc-accept-encoding"])
        {
            foreach (Range part in line.AsSpan().Split(','))
            {
                if (line.AsSpan()[part].Trim().SequenceEqual("gzip"))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static void WriteTrailersOnly(HttpContext context, RpcFailure failure)
    {
        HttpResponse response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = GrpcContentType.Value;
        IHeaderDictionary headers = response.Headers;
        headers["grpc-accept-encoding"] = "identity,gzip";
        headers["grpc-status"] = ((int)failure.Code).ToString(CultureInfo.InvariantCulture);
        if (failure.Message.Length > 0)
        {
            headers["grpc-message"] = GrpcText.Encode(failure.Message, MessageLengthMax);
        }

        if (failure.Details is { Length: > 0 and <= DetailsBytesMax } details)
        {
            headers["grpc-status-details-bin"] = Convert.ToBase64String(details).TrimEnd('=');
        }
    }
}
