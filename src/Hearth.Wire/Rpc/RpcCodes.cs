namespace Hearth.Wire.Rpc;

/// <summary>What the codes are called and which HTTP status stands for them.</summary>
public static class RpcCodes
{
    private static readonly string[] Names =
    [
        "ok", "canceled", "unknown", "invalid_argument", "deadline_exceeded", "not_found", "already_exists", "permission_denied",
        "resource_exhausted", "failed_precondition", "aborted", "out_of_range", "unimplemented", "internal", "unavailable", "data_loss",
        "unauthenticated",
    ];

    private static readonly int[] HttpStatuses =
        [200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401];

    /// <summary>The name in snake case, as Connect writes it; "unknown" for a number that is no code.</summary>
    public static string Name(RpcCode code) => Names[IsDefined(code) ? (int)code : (int)RpcCode.Unknown];

    /// <summary>The HTTP status Connect answers with (Connect protocol, "Error Codes"); 500 for a number that is no code.</summary>
    public static int HttpStatus(RpcCode code) => HttpStatuses[IsDefined(code) ? (int)code : (int)RpcCode.Unknown];

    /// <summary>The code a gRPC client reads from an HTTP status without grpc-status (gRPC, "HTTP to gRPC Status Code Mapping").</summary>
    public static RpcCode FromHttpStatus(int status) => status switch
    {
        400 => RpcCode.Internal,
        401 => RpcCode.Unauthenticated,
        403 => RpcCode.PermissionDenied,
        404 => RpcCode.Unimplemented,
        429 or 502 or 503 or 504 => RpcCode.Unavailable,
        _ => RpcCode.Unknown,
    };

    private static bool IsDefined(RpcCode code) => (uint)code < (uint)Names.Length;
}
