using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Hearth.Engine;

/// <summary>
/// The engine's connections: so many statements run at a time, so many wait, the rest are refused. One more connection is kept for
/// stopping statements, so that it is never behind what it stops.
/// </summary>
internal sealed partial class ConnectionPool
{
    private readonly ChdbApi _api;
    private readonly EngineOptions _options;
    private readonly IReadOnlyList<string> _arguments;
    private readonly ConcurrentQueue<ChdbConnection> _idle = new();
    private readonly SemaphoreSlim _free;
    private readonly SemaphoreSlim _stopping = new(1, 1);
    private readonly ChdbConnection _control;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private int _waiting;
    private int _opened;

    private ConnectionPool(
        ChdbApi api, EngineOptions options, IReadOnlyList<string> arguments, ChdbConnection control, TimeProvider time, ILogger logger)
    {
        _api = api;
        _options = options;
        _arguments = arguments;
        _control = control;
        _time = time;
        _logger = logger;
        _free = new SemaphoreSlim(options.ConnectionsMax, options.ConnectionsMax);
    }

    /// <summary>Statements that wait for a connection.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Statements that run.</summary>
    public int Running => _options.ConnectionsMax - _free.CurrentCount;

    /// <summary>Starts the engine.</summary>
    public static async Task<ConnectionPool> OpenAsync(
        ChdbApi api, EngineOptions options, IReadOnlyList<string> arguments, TimeProvider time, ILogger logger)
    {
        ChdbConnection control = await ChdbConnection.OpenAsync(api, 0, arguments);
        return new ConnectionPool(api, options, arguments, control, time, logger);
    }

    /// <summary>A connection to use and to give back; null when too many wait already, or none came free in time.</summary>
    public async Task<ChdbConnection?> RentAsync(CancellationToken cancellationToken)
    {
        if (!_free.Wait(0, CancellationToken.None))
        {
            if (Interlocked.Increment(ref _waiting) > _options.QueueMax)
            {
                Interlocked.Decrement(ref _waiting);
                return null;
            }

            try
            {
                if (!await _free.WaitAsync(TimeSpan.FromSeconds(_options.QueueSeconds), cancellationToken))
                {
                    return null;
                }
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }

        if (_idle.TryDequeue(out ChdbConnection? connection))
        {
            return connection;
        }

        try
        {
            return await ChdbConnection.OpenAsync(_api, Interlocked.Increment(ref _opened), _arguments);
        }
        catch (Lifetime.StartFailedException)
        {
            _free.Release();
            throw;
        }
    }

    /// <summary>Gives a connection back.</summary>
    public async Task ReturnAsync(ChdbConnection connection)
    {
        if (connection.IsUnsure)
        {
            await connection.RunAsync(connection.Close);
            connection.Dispose();
        }
        else
        {
            _idle.Enqueue(connection);
        }

        _free.Release();
    }

    /// <summary>
    /// Stops the statements whose text starts with <paramref name="lead"/>, as far as they are where they can be stopped.
    /// </summary>
    public async Task StopAsync(string lead)
    {
        await _stopping.WaitAsync();
        try
        {
            string? error = await _control.RunAsync(() =>
            {
                using ChdbResult killed = _control.Query(
                    "KILL QUERY WHERE startsWith(query, {lead:String}) ASYNC", "Null", [new("lead", lead)]);
                return killed.Error;
            });
            if (error is not null)
            {
                LogNotStopped(_logger, error);
            }
        }
        finally
        {
            _stopping.Release();
        }
    }

    /// <summary>
    /// Closes every connection that comes free in time, then the engine. False when a statement did not end: then the engine is
    /// left as it is, which its files survive.
    /// </summary>
    public async Task<bool> CloseAsync(TimeSpan patience)
    {
        long started = _time.GetTimestamp();
        for (int i = 0; i < _options.ConnectionsMax; i++)
        {
            TimeSpan left = patience - _time.GetElapsedTime(started);
            if (!await _free.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero))
            {
                return false;
            }
        }

        while (_idle.TryDequeue(out ChdbConnection? connection))
        {
            await connection.RunAsync(connection.Close);
            connection.Dispose();
        }

        await _control.RunAsync(_control.Close);
        await _control.RunAsync(Shutdown);
        _control.Dispose();
        return true;
    }

    private unsafe bool Shutdown()
    {
        _api.Shutdown();
        return true;
    }

    [LoggerMessage(EventId = 1402, Level = LogLevel.Warning, Message = "a statement that nobody waits for could not be stopped: {Error}")]
    private static partial void LogNotStopped(ILogger logger, string error);
}
