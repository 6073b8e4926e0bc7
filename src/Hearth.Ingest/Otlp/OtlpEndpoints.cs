using System.Globalization;
using System.Threading.RateLimiting;
using Hearth.Wire.Http;
using Hearth.Wire.Protobuf;
using Hearth.Wire.Rpc;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Hearth.Ingest.Otlp;

/// <summary>OTLP profiles as gRPC and as HTTP (opentelemetry-proto, OTLP specification 1.11: paths, statuses, retry hints).</summary>
internal sealed class OtlpEndpoints
{
    /// <summary>The gRPC method.</summary>
    public const string GrpcMethod = "/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export";

    /// <summary>The HTTP path, and the one that some documentation names.</summary>
    public static readonly string[] HttpPaths = ["/v1development/profiles", "/v1/profiles"];

    private const string ProtobufType = "application/x-protobuf";

    private readonly ProfilesExport _export;
    private readonly ConcurrencyLimiter _admission;
    private readonly TimeSpan _retryAfter;

    public OtlpEndpoints(IngestOptions options, ProfilesExport export, ConcurrencyLimiter admission)
    {
        _export = export;
        _admission = admission;
        _retryAfter = TimeSpan.FromSeconds(options.RetryAfterSeconds);
        Limits = new RpcLimits
        {
            MessageBytesMax = options.MessageBytesMax,
            CompressedBytesMax = options.CompressedBytesMax,
            BodyTimeout = TimeSpan.FromSeconds(options.BodyTimeoutSeconds),
        };
    }

    /// <summary>What one request may cost.</summary>
    public RpcLimits Limits { get; }

    /// <summary>
    /// Lets a bounded number of requests in, before their bodies are read. Past that and the queue the answer is HTTP 503 with a retry
    /// hint, which gRPC clients read as UNAVAILABLE.
    /// </summary>
    public RequestDelegate Admit(RequestDelegate next) => async context =>
    {
        try
        {
            using RateLimitLease lease = await _admission.AcquireAsync(1, context.RequestAborted).ConfigureAwait(false);
            if (lease.IsAcquired)
            {
                await next(context).ConfigureAwait(false);
                return;
            }

            IngestMetrics.Requested("overloaded", 0);
            const string Sentence = "Too many requests at once; send the request again later.";
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, RpcCode.Unavailable, Sentence).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            IngestMetrics.Requested("abandoned", 0);
        }
    };

    /// <summary>Handles a gRPC call.</summary>
    public async ValueTask ExportGrpcAsync(RpcCall call, ProtoWriter reply, CancellationToken cancellationToken)
    {
        ExportOutcome outcome = await _export.ExportAsync(call.Message, cancellationToken).ConfigureAwait(false);
        switch (outcome.Status)
        {
            case ExportStatus.Stored:
                WriteReply(outcome, reply);
                return;
            case ExportStatus.Unavailable:
                throw new RpcException(
                    RpcCode.Unavailable, outcome.Message, RpcStatusDetails.Retry(RpcCode.Unavailable, outcome.Message, _retryAfter));
            case ExportStatus.TooLarge:
                throw new RpcException(RpcCode.ResourceExhausted, outcome.Message);
            default:
                throw new RpcException(
                    RpcCode.InvalidArgument,
                    outcome.Message,
                    RpcStatusDetails.BadRequest(RpcCode.InvalidArgument, outcome.Message, ("request", outcome.Message)));
        }
    }

    /// <summary>Handles an HTTP request.</summary>
    public async Task ExportHttpAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (!HttpMethods.IsPost(request.Method))
        {
            context.Response.Headers.Allow = "POST";
            await RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, RpcCode.Unimplemented, "Send profiles with POST.")
                .ConfigureAwait(false);
            return;
        }

        if (!IsProtobuf(request.ContentType))
        {
            await RefuseAsync(
                context,
                StatusCodes.Status415UnsupportedMediaType,
                RpcCode.InvalidArgument,
                $"Content-Type '{Shown(request.ContentType)}' is not understood here; send {ProtobufType}.").ConfigureAwait(false);
            return;
        }

        using BodyResult body = await BodyReader.ReadAsync(request, Limits, context.RequestAborted).ConfigureAwait(false);
        if (!body.IsOk)
        {
            RpcCode code = body.Status == BodyStatus.TooLarge ? RpcCode.ResourceExhausted : RpcCode.InvalidArgument;
            await RefuseAsync(context, body.HttpStatus, code, body.Message).ConfigureAwait(false);
            return;
        }

        await AnswerAsync(
            context, await _export.ExportAsync(body.Body, context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task AnswerAsync(HttpContext context, ExportOutcome outcome)
    {
        switch (outcome.Status)
        {
            case ExportStatus.Stored:
                ProtoWriter reply = new(64);
                WriteReply(outcome, reply);
                await WriteAsync(context, StatusCodes.Status200OK, reply.WrittenMemory).ConfigureAwait(false);
                return;
            case ExportStatus.Unavailable:
                context.Response.Headers.RetryAfter = ((int)_retryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                await WriteAsync(
                    context,
                    StatusCodes.Status503ServiceUnavailable,
                    RpcStatusDetails.Retry(RpcCode.Unavailable, outcome.Message, _retryAfter)).ConfigureAwait(false);
                return;
            case ExportStatus.TooLarge:
                await RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, RpcCode.ResourceExhausted, outcome.Message)
                    .ConfigureAwait(false);
                return;
            default:
                await RefuseAsync(context, StatusCodes.Status400BadRequest, RpcCode.InvalidArgument, outcome.Message).ConfigureAwait(false);
                return;
        }
    }

    // ExportProfilesServiceResponse {partial_success = 1 {rejected_profiles = 1, error_message = 2}}; unset when all is well.
    private static void WriteReply(in ExportOutcome outcome, ProtoWriter reply)
    {
        if (outcome.RejectedProfiles > 0 || outcome.Message.Length > 0)
        {
            int mark = reply.Begin(1);
            reply.Int64(1, outcome.RejectedProfiles);
            reply.String(2, outcome.Message);
            reply.End(mark);
        }
    }

    private async Task RefuseAsync(HttpContext context, int status, RpcCode code, string message)
    {
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = ((int)_retryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
        else if (status == StatusCodes.Status415UnsupportedMediaType)
        {
            context.Response.Headers.AcceptEncoding = BodyReader.AcceptedEncodings;
        }

        await WriteAsync(context, status, RpcStatusDetails.Plain(code, message)).ConfigureAwait(false);
    }

    private static async Task WriteAsync(HttpContext context, int status, ReadOnlyMemory<byte> body)
    {
        HttpResponse response = context.Response;
        response.StatusCode = status;
        response.ContentType = ProtobufType;
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    private static bool IsProtobuf(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? type)
        && (type.MediaType.Equals(ProtobufType, StringComparison.OrdinalIgnoreCase)
            || type.MediaType.Equals("application/protobuf", StringComparison.OrdinalIgnoreCase));

    private static string Shown(string? contentType) =>
        contentType is null ? "" : contentType.Length <= 100 ? contentType : contentType[..100];
}
