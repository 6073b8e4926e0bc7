namespace Hearth.Wire.Rpc;

/// <summary>Outcome of a call: the seventeen gRPC status codes, which Connect shares.</summary>
public enum RpcCode
{
    /// <summary>The call succeeded.</summary>
    Ok = 0,

    /// <summary>The caller went away or gave up.</summary>
    Canceled = 1,

    /// <summary>A failure nobody classified.</summary>
    Unknown = 2,

    /// <summary>The request is wrong whatever the state of the server is; sending it again cannot help.</summary>
    InvalidArgument = 3,

    /// <summary>The time the caller allowed is over.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>What was to be created exists.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota, a size limit or a queue is full.</summary>
    ResourceExhausted = 8,

    /// <summary>The server is not in the state the request needs.</summary>
    FailedPrecondition = 9,

    /// <summary>A conflict with another request; the whole operation may be tried again.</summary>
    Aborted = 10,

    /// <summary>Past the valid range.</summary>
    OutOfRange = 11,

    /// <summary>The method, or the feature asked for, does not exist here.</summary>
    Unimplemented = 12,

    /// <summary>An invariant broke inside the server or the transport.</summary>
    Internal = 13,

    /// <summary>The server cannot answer now; trying again later may help.</summary>
    Unavailable = 14,

    /// <summary>Data was lost for good.</summary>
    DataLoss = 15,

    /// <summary>The caller did not say who it is, or not credibly.</summary>
    Unauthenticated = 16,
}
