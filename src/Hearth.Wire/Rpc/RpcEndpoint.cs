using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hearth.Wire.Rpc;

/// <summary>
/// One mapped method of a unary protocol: the order of events and the meaning of failures, which the protocols share. What a request, an
/// answer and a refusal look like on the wire is the derived type's.
/// </summary>
internal abstract partial class RpcEndpoint
{
    private readonly ILogger _logger;

    /// <summary>A method, "/package.Service/Method".</summary>
    protected RpcEndpoint(IEndpointRouteBuilder routes, string method, RpcLimits limits)
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        if (method[0] != '/' || method.LastIndexOf('/') < 2 || method[^1] == '/' || method.AsSpan().ContainsAny("{}*?"))
        {
            throw new ArgumentException($"\"{method}\" is no full method name; it looks like /package.Service/Method.", nameof(method));
        }

        ArgumentNullException.ThrowIfNull(limits);
        Method = method;
        Limits = limits;
        Clock = routes.ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System;
        _logger = routes.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger("Hearth.Wire");
    }

    /// <summary>The full method name.</summary>
    protected string Method { get; }

    /// <summary>What one request may cost.</summary>
    protected RpcLimits Limits { get; }

    /// <summary>Where deadlines are counted.</summary>
    protected TimeProvider Clock { get; }

    /// <summary>The protocol's name in counters.</summary>
    protected abstract string Protocol { get; }

    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        // Routing ignores letter case and a trailing slash, and sees the path decoded; a method name has exactly one spelling.
        bool exact = string.Equals(RawPath(context), Method, StringComparison.Ordinal);
        if (!await AdmitAsync(context, exact))
        {
            return;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bodySize)
        {
            bodySize.MaxRequestBodySize = null; // the limits of this method count instead, and they count decompressed bytes too
        }

        RpcFailure? failure = ReadTimeout(context.Request.Headers, out TimeSpan? timeout);
        if (failure is null)
        {
            using RpcDeadline deadline = new(Clock, timeout, context.RequestAborted);
            try
            {
                failure = await AnswerAsync(context, deadline);
            }
            catch (Exception error)
            {
                // The edge between handlers and the transport: whatever a handler throws becomes a status, and the server goes on.
                failure = Classify(error, context, deadline);
            }
        }

        if (failure is RpcFailure refused)
        {
            await EndFailedAsync(context, refused);
        }
        else
        {
            WireMetrics.Answered(Protocol, Method, RpcCode.Ok);
        }
    }

    /// <summary>Looks at method, path, version and content type; answers itself and returns false for what is not for a handler.</summary>
    protected abstract ValueTask<bool> AdmitAsync(HttpContext context, bool exactPath);

    /// <summary>Reads how long the caller waits.</summary>
    protected abstract RpcFailure? ReadTimeout(IHeaderDictionary headers, out TimeSpan? timeout);

    /// <summary>Reads the request, calls the handler and writes the answer; or returns why not, with nothing written.</summary>
    protected abstract ValueTask<RpcFailure?> AnswerAsync(HttpContext context, RpcDeadline deadline);

    /// <summary>Writes a failure as the whole response.</summary>
    protected abstract ValueTask RefuseAsync(HttpContext context, RpcFailure failure);

    private static string RawPath(HttpContext context)
    {
        string target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        int query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? target : target[..query];
    }

    private async ValueTask EndFailedAsync(HttpContext context, RpcFailure failure)
    {
        WireMetrics.Answered(Protocol, Method, failure.Code);
        if (failure.Reason is string reason)
        {
            WireMetrics.RefusedBecause(reason);
            LogRefused(_logger, Method, reason, failure.Message);
        }

        if (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        if (context.Response.HasStarted)
        {
            context.Abort(); // half an answer went out: only a reset tells the caller that it is not whole
            return;
        }

        await RefuseAsync(context, failure);
    }

    private RpcFailure Classify(Exception error, HttpContext context, RpcDeadline deadline)
    {
        switch (error)
        {
            case RpcException own:
                RpcCode code = own.Code == RpcCode.Ok ? RpcCode.Unknown : own.Code;
                return new RpcFailure(code, own.Message, own.Details);
            case OperationCanceledException when deadline.Expired:
                return new RpcFailure(RpcCode.DeadlineExceeded, "The deadline of the call passed before the answer was ready.");
            case ConnectionResetException or ConnectionAbortedException:
            case OperationCanceledException or IOException when context.RequestAborted.IsCancellationRequested:
                return new RpcFailure(RpcCode.Canceled, "The caller went away.");
            case BadHttpRequestException bad:
                return FromTransport(bad);
            default:
                string reference = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
                LogHandlerFailed(_logger, error, Method, reference);
                return new RpcFailure(
                    RpcCode.Internal, $"Internal error, reference {reference}. The server's log has the cause under it.");
        }
    }

    private static RpcFailure FromTransport(BadHttpRequestException bad) => bad.StatusCode switch
    {
        StatusCodes.Status408RequestTimeout => new RpcFailure(
            RpcCode.DeadlineExceeded, "The request body came too slowly.", null, "body-timeout"),
        StatusCodes.Status413PayloadTooLarge => new RpcFailure(
            RpcCode.ResourceExhausted, "The request body is larger than the server allows.", null, "body-too-large"),
        _ => new RpcFailure(RpcCode.InvalidArgument, "The request body is not valid HTTP.", null, "body-malformed"),
    };

    [LoggerMessage(1001, LogLevel.Debug, "Refused {Method}: {Reason}. {Message}")]
    private static partial void LogRefused(ILogger logger, string method, string reason, string message);

    [LoggerMessage(1002, LogLevel.Error, "{Method} failed, reference {Reference}")]
    private static partial void LogHandlerFailed(ILogger logger, Exception error, string method, string reference);
}
