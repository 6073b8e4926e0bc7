using Hearth.Wire.Grpc;
using Hearth.Wire.Rpc;

namespace Hearth.Collector.Exporting;

/// <summary>
/// What to do after an export that did not succeed, by the OTLP specification: which gRPC codes are repeated, and exponential
/// backoff with jitter unless the receiver says how long to wait.
/// </summary>
internal sealed class RetryPolicy
{
    private const double Factor = 1.5;
    private const double Spread = 0.5;
    private readonly Random _random;

    /// <summary>Draws jitter from <paramref name="random"/>.</summary>
    public RetryPolicy(Random random) => _random = random;

    /// <summary>Wait before the first repetition, without jitter.</summary>
    public static TimeSpan Initial { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait of our own, without jitter.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Time after which a request is given up.</summary>
    public static TimeSpan GiveUpAfter { get; } = TimeSpan.FromMinutes(5);

    /// <summary>True when the same request may succeed later. RESOURCE_EXHAUSTED only when the receiver says when.</summary>
    public static bool IsRetryable(GrpcReply reply) => !reply.RetryForbidden && reply.Code switch
    {
        RpcCode.Canceled or RpcCode.DeadlineExceeded or RpcCode.Aborted or RpcCode.OutOfRange or RpcCode.Unavailable
            or RpcCode.DataLoss => true,
        RpcCode.ResourceExhausted => reply.RetryAfter is not null,
        _ => false,
    };

    /// <summary>How long to wait before repetition number <paramref name="attempt"/> (from 0).</summary>
    public TimeSpan Delay(int attempt, GrpcReply reply)
    {
        if (reply.RetryAfter is { } asked)
        {
            // A little later than asked, so that not everybody who was told the same comes back at once.
            return asked * (1 + (_random.NextDouble() * 0.1));
        }

        TimeSpan wait = Initial * Math.Min(Math.Pow(Factor, Math.Min(attempt, 64)), Longest / Initial);
        return wait * (1 - Spread + (2 * Spread * _random.NextDouble()));
    }
}
