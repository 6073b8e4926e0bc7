using Hearth.Query.Selecting;
using Hearth.Storage.ClickHouse;
using Hearth.Wire.Rpc;
using Microsoft.Extensions.Logging;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Hearth.Query.Pyroscope;

/// <summary>
/// Runs queries under their bounds: so many at a time, so many waiting, so long each. What goes wrong becomes an
/// <see cref="RpcException"/> whose sentence says what the caller can do.
/// </summary>
internal sealed partial class QueryRunner : IDisposable
{
    private readonly QueryOptions _options;
    private readonly TimeProvider _time;
    private readonly QueryMetrics _metrics;
    private readonly ILogger<QueryRunner> _log;
    private readonly SemaphoreSlim _turns;
    private int _waiting;

    public QueryRunner(QueryOptions options, TimeProvider time, QueryMetrics metrics, ILogger<QueryRunner> log)
    {
        _options = options;
        _time = time;
        _metrics = metrics;
        _log = log;
        _turns = new SemaphoreSlim(options.ConcurrentMax);
    }

    /// <summary>Runs one query. Its token is cancelled when the caller goes away or the time is over; the store stops then too.</summary>
    public async Task<T> RunAsync<T>(string method, Func<CancellationToken, Task<T>> query, CancellationToken caller)
    {
        long started = _time.GetTimestamp();
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(_options.TimeoutSeconds), _time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(caller, deadline.Token);
        string code = "ok";
        try
        {
            await TakeTurnAsync(both.Token).ConfigureAwait(false);
            try
            {
                return await query(both.Token).ConfigureAwait(false);
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !caller.IsCancellationRequested)
        {
            code = nameof(RpcCode.DeadlineExceeded);
            _metrics.Refused("time");
            throw TooLong();
        }
        catch (RegexMatchTimeoutException)
        {
            code = nameof(RpcCode.ResourceExhausted);
            _metrics.Refused("regex");
            throw new RpcException(RpcCode.ResourceExhausted, "A regular expression took too long to match; make it simpler.");
        }
        catch (ClickHouseException e)
        {
            RpcException answer = OfStore(e);
            code = answer.Code.ToString();
            throw answer;
        }
        catch (RpcException e)
        {
            code = e.Code.ToString();
            throw;
        }
        catch (OperationCanceledException)
        {
            code = nameof(RpcCode.Canceled);
            throw;
        }
        finally
        {
            _metrics.Finished(method, code, _time.GetElapsedTime(started));
        }
    }

    public void Dispose() => _turns.Dispose();

    private async Task TakeTurnAsync(CancellationToken cancellationToken)
    {
        if (_turns.Wait(0, CancellationToken.None))
        {
            return;
        }

        if (Interlocked.Increment(ref _waiting) > _options.WaitingMax)
        {
            Interlocked.Decrement(ref _waiting);
            _metrics.Refused("concurrency");
            throw new RpcException(
                RpcCode.ResourceExhausted,
                $"{_options.ConcurrentMax} queries are running and {_options.WaitingMax} are waiting; try again later.");
        }

        _metrics.Waiting(1);
        try
        {
            await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
            _metrics.Waiting(-1);
        }
    }

    private RpcException TooLong() => new(
        RpcCode.DeadlineExceeded,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The query took longer than {_options.TimeoutSeconds} s and was stopped; ask for a shorter range or fewer series."));

    private RpcException OfStore(ClickHouseException error)
    {
        switch (error.Failure, error.Name)
        {
            case (ClickHouseFailure.Timeout, _):
            case (_, "TIMEOUT_EXCEEDED"):
                _metrics.Refused("time");
                return TooLong();
            case (ClickHouseFailure.TooLarge, _):
            case (_, "TOO_MANY_ROWS" or "TOO_MANY_BYTES" or "TOO_MANY_ROWS_OR_BYTES" or "MEMORY_LIMIT_EXCEEDED"):
                _metrics.Refused("size");
                return new RpcException(
                    RpcCode.ResourceExhausted,
                    "The query reads more than one query may; ask for a shorter range, one service, or fewer series.");
            case (ClickHouseFailure.Unreachable, _):
                _metrics.Refused("store");
                return new RpcException(RpcCode.Unavailable, "The store cannot be reached; try again later.");
            default:
                string reference = Guid.NewGuid().ToString("N")[..12];
                LogStore(reference, error);
                _metrics.Refused("store");
                return error.IsTransient
                    ? new RpcException(RpcCode.Unavailable, $"The store is busy; try again later (reference {reference}).")
                    : new RpcException(
                        RpcCode.Internal, $"The store failed the query; see the log of this server (reference {reference}).");
        }
    }

    [LoggerMessage(3001, LogLevel.Error, "The store failed a query (reference {Reference}).")]
    private partial void LogStore(string reference, Exception error);
}
