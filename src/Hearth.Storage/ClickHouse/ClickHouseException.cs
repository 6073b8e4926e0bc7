namespace Hearth.Storage.ClickHouse;

/// <summary>What went wrong with a statement.</summary>
public enum ClickHouseFailure
{
    /// <summary>The store refused or failed the statement; <see cref="ClickHouseException.Code"/> says how.</summary>
    Server,

    /// <summary>No connection, or it broke.</summary>
    Unreachable,

    /// <summary>No answer in time.</summary>
    Timeout,

    /// <summary>The answer is not what the format says.</summary>
    Malformed,

    /// <summary>The answer is larger than the options allow.</summary>
    TooLarge,
}

/// <summary>A statement failed.</summary>
public sealed class ClickHouseException : Exception
{
    /// <summary>A failure that the store named.</summary>
    public ClickHouseException(int code, string name, string message)
        : base(message)
    {
        Code = code;
        Name = name;
    }

    /// <summary>A failure that the client found.</summary>
    public ClickHouseException(ClickHouseFailure failure, string message, Exception? inner = null)
        : base(message, inner) => Failure = failure;

    /// <summary>What went wrong.</summary>
    public ClickHouseFailure Failure { get; }

    /// <summary>ClickHouse's error number, e.g. 60; 0 when the client found the failure.</summary>
    public int Code { get; }

    /// <summary>ClickHouse's error name, e.g. <c>UNKNOWN_TABLE</c>; empty when it gave none.</summary>
    public string Name { get; } = "";

    /// <summary>
    /// True when the same statement may succeed later: the store is away, slow, overloaded or out of memory for now.
    /// False when it will fail again as it is.
    /// </summary>
    public bool IsTransient => Failure switch
    {
        ClickHouseFailure.Unreachable or ClickHouseFailure.Timeout => true,
        ClickHouseFailure.Server => Name is "TIMEOUT_EXCEEDED" or "TOO_MANY_SIMULTANEOUS_QUERIES" or "MEMORY_LIMIT_EXCEEDED"
            or "TOO_MANY_PARTS" or "NETWORK_ERROR" or "SOCKET_TIMEOUT" or "ALL_CONNECTION_TRIES_FAILED" or "TABLE_IS_READ_ONLY"
            or "KEEPER_EXCEPTION" or "NOT_ENOUGH_SPACE" or "QUERY_WAS_CANCELLED" or "CANNOT_SCHEDULE_TASK"
            or "SERVER_OVERLOADED" or "NO_AVAILABLE_REPLICA",
        _ => false,
    };
}
