using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Hearth.Wire.Rpc;

namespace Hearth.Wire.Grpc;

/// <summary>Reads the status of a call from the headers of a trailers-only reply, from trailers, or from HTTP itself.</summary>
internal static class GrpcStatus
{
    private static readonly TimeSpan RetryMax = TimeSpan.FromDays(1);

    /// <summary>The status in these headers; null if there is no grpc-status among them.</summary>
    public static GrpcReply? Read(HttpHeaders headers)
    {
        if (!TryGet(headers, "grpc-status", out string text))
        {
            return null;
        }

        bool known = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number <= (int)RpcCode.Unauthenticated;
        string message = TryGet(headers, "grpc-message", out string encoded) ? GrpcText.Decode(encoded) : "";
        byte[] details = ReadDetails(headers);
        bool pushback = TryGet(headers, "grpc-retry-pushback-ms", out string pushbackText);
        bool milliseconds = long.TryParse(pushbackText, NumberStyles.None, CultureInfo.InvariantCulture, out long wait);
        TimeSpan? retry = RpcStatusDetails.RetryDelay(details)
            ?? (milliseconds ? TimeSpan.FromMilliseconds(Math.Min(wait, RetryMax.TotalMilliseconds)) : null);
        return new GrpcReply
        {
            Code = known ? (RpcCode)number : RpcCode.Unknown,
            Message = known ? message : $"The server answered with a status that does not exist. {message}",
            Details = details,
            RetryAfter = retry,
            RetryForbidden = pushback && !milliseconds,
        };
    }

    /// <summary>The status of a response without grpc-status: something other than a gRPC server answered.</summary>
    public static GrpcReply FromHttp(HttpResponseMessage response, TimeProvider clock)
    {
        int status = (int)response.StatusCode;
        TimeSpan? retry = response.Headers.RetryAfter switch
        {
            { Delta: TimeSpan delta } => delta,
            { Date: DateTimeOffset date } => date - clock.GetUtcNow(),
            _ => null,
        };
        string what = response.StatusCode == HttpStatusCode.OK
            ? $"The server answered with {response.Content.Headers.ContentType?.MediaType ?? "no content type"}, not with gRPC."
            : $"The server answered with HTTP status {status} and no gRPC status.";
        return new GrpcReply
        {
            Code = RpcCodes.FromHttpStatus(status),
            Message = what,
            RetryAfter = retry is null ? null : retry < TimeSpan.Zero ? TimeSpan.Zero : retry > RetryMax ? RetryMax : retry,
        };
    }

    /// <summary>What a failure of the transport means ("Errors" of the protocol description; HTTP/2 codes of RFC 9113, 7).</summary>
    public static GrpcReply FromTransport(Exception error)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpProtocolException protocol)
            {
                RpcCode code = protocol.ErrorCode switch
                {
                    0x7 => RpcCode.Unavailable,
                    0x8 => RpcCode.Canceled,
                    0xB => RpcCode.ResourceExhausted,
                    0xC => RpcCode.PermissionDenied,
                    0x0 or 0x1 or 0x2 or 0x3 or 0x6 or 0x9 or 0xA => RpcCode.Internal,
                    _ => RpcCode.Unknown,
                };
                return new GrpcReply { Code = code, Message = $"The server reset the call with HTTP/2 error {protocol.ErrorCode}." };
            }

            if (cause is HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded }
                or HttpIOException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded })
            {
                return new GrpcReply { Code = RpcCode.ResourceExhausted, Message = "The response headers are larger than allowed." };
            }
        }

        string root = error.GetBaseException().Message;
        string detail = root == error.Message ? "" : " " + root;
        return new GrpcReply { Code = RpcCode.Unavailable, Message = $"The call failed on its way: {error.Message}{detail}" };
    }

    private static bool TryGet(HttpHeaders headers, string name, out string value)
    {
        value = "";
        if (!headers.NonValidated.TryGetValues(name, out HeaderStringValues values))
        {
            return false;
        }

        foreach (string first in values)
        {
            value = first;
            break;
        }

        return true;
    }

    private static byte[] ReadDetails(HttpHeaders headers)
    {
        if (!TryGet(headers, "grpc-status-details-bin", out string text) || text.Length == 0)
        {
            return [];
        }

        // Senders leave the padding out; the length is bounded by the limit on all headers.
        string padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        byte[] bytes = new byte[padded.Length / 4 * 3];
        return Convert.TryFromBase64String(padded, bytes, out int written) ? bytes[..written] : [];
    }
}
