namespace Hearth.Wire.Rpc;

/// <summary>A token that is cancelled when an outer one is, or when a time span is over; it tells which of the two it was.</summary>
internal sealed class RpcDeadline : IDisposable
{
    /// <summary>Longer time spans count as this one: timers take no more than 49 days.</summary>
    private static readonly TimeSpan TimeoutMax = TimeSpan.FromDays(30);

    private readonly CancellationTokenSource? _timer;
    private readonly CancellationTokenSource? _linked;

    /// <summary>Starts to count now. Without a timeout only the outer token counts.</summary>
    public RpcDeadline(TimeProvider clock, TimeSpan? timeout, CancellationToken outer)
    {
        Token = outer;
        if (timeout is TimeSpan span)
        {
            span = span < TimeSpan.Zero ? TimeSpan.Zero : span > TimeoutMax ? TimeoutMax : span;
            At = clock.GetUtcNow() + span;
            _timer = new CancellationTokenSource(span, clock);
            _linked = CancellationTokenSource.CreateLinkedTokenSource(outer, _timer.Token);
            Token = _linked.Token;
        }
    }

    /// <summary>Cancelled at the deadline or with the outer token.</summary>
    public CancellationToken Token { get; }

    /// <summary>When the time is over; null without a timeout.</summary>
    public DateTimeOffset? At { get; }

    /// <summary>True once the time is over.</summary>
    public bool Expired => _timer is { IsCancellationRequested: true };

    /// <inheritdoc/>
    public void Dispose()
    {
        _linked?.Dispose();
        _timer?.Dispose();
    }
}
