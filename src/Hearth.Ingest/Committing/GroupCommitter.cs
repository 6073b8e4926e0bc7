using Hearth.Ingest.Shaping;
using Hearth.Profiles.Model;
using Hearth.Storage.ClickHouse;
using Hearth.Storage.Writing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hearth.Ingest.Committing;

/// <summary>
/// Combines requests into batches and inserts one batch at a time: while one is being inserted, the next one fills. A request is
/// answered when the attempt to insert its batch has ended. A batch that failed is tried again unchanged, with its token, until
/// it is stored or too old, so that what an attempt may have stored is never stored again; meanwhile new requests are turned away, and a
/// resend of what the batch holds waits for the batch.
/// </summary>
internal sealed partial class GroupCommitter : BackgroundService
{
    private static readonly TimeSpan RetryDelayMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryDelayMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PermanentRetryTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly CancellationTokenSource _drain;
    private readonly IngestOptions _options;
    private readonly InsertBlocks _insert;
    private readonly TimeProvider _time;
    private readonly ILogger<GroupCommitter> _logger;
    private readonly KnownSymbols _known;
    private readonly RecentProfiles _recent;
    private readonly BatchAppender _appender;
    private readonly Column<int> _accepted = new();
    private PendingBatch _open = new();
    private PendingBatch _spare = new();
    private PendingBatch? _inserting;
    private TaskCompletionSource _taken = NewSignal();
    private Exception? _failure;
    private long _collisions;
    private bool _stopping;

    public GroupCommitter(IngestOptions options, InsertBlocks insert, TimeProvider time, ILogger<GroupCommitter> logger)
    {
        _options = options;
        _insert = insert;
        _time = time;
        _logger = logger;
        _drain = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _known = new KnownSymbols(options.KnownSymbolsMax);
        _recent = new RecentProfiles(options.RecentProfilesMax, TimeSpan.FromSeconds(options.RecentProfilesSeconds), time);
        _appender = new BatchAppender(options, _known);
    }

    /// <summary>
    /// Adds a shaped request to the open batch. The answer's task ends with the attempt to insert it; once this method has returned,
    /// neither the shaper nor the document is needed any more.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store does not take rows at the moment.</exception>
    public async Task<CommitTicket> AddAsync(ProfileShaper shaper, ProfileDocument document, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task room;
            lock (_gate)
            {
                if (HasRoom())
                {
                    return Add(shaper, document);
                }

                room = _taken.Task;
            }

            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _stopping = true;
        }

        // An insert under way is not cut off: its senders would send again what may be stored.
        _drain.CancelAfter(DrainTime);
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _drain.Dispose();
        _work.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await WaitForWorkAsync(stoppingToken).ConfigureAwait(false);
                await InsertOpenAsync(_drain.Token).ConfigureAwait(false);
            }

            await InsertOpenAsync(_drain.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_drain.IsCancellationRequested)
        {
            LogDrainFailed();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool HasRoom() =>
        _open.IsEmpty || (_open.Rows.Samples.Rows < _options.BatchRowsMax && _open.Profiles < _options.BatchProfilesMax);

    private CommitTicket Add(ProfileShaper shaper, ProfileDocument document)
    {
        Task? earlier = null;
        int duplicates = 0;
        _accepted.Clear();
        Span<ShapedPiece> pieces = shaper.Rows.Pieces.Span;
        for (int i = 0; i < pieces.Length; i++)
        {
            UInt128 identity = pieces[i].Identity;
            if (_inserting is not null && _inserting.Identities.Contains(identity))
            {
                earlier = _inserting.Attempt.Task;
                duplicates++;
            }
            else if (_recent.Contains(identity) || _open.Identities.Contains(identity))
            {
                duplicates++;
            }
            else
            {
                _accepted.Add(i);
            }
        }

        bool waitsForOpen = pieces.Length > 0;
        if (_accepted.Count > 0)
        {
            if (_failure is not null || _stopping)
            {
                throw new StoreUnavailableException(_stopping
                    ? "This server is stopping; send the request again."
                    : "The store does not take data at the moment; send the request again later.");
            }

            Append(shaper, document, pieces);
        }
        else
        {
            waitsForOpen = _open.ContainsAny(pieces);
        }

        return new CommitTicket(waitsForOpen ? _open.Attempt.Task : Task.CompletedTask, earlier ?? Task.CompletedTask, duplicates);
    }

    private void Append(ProfileShaper shaper, ProfileDocument document, Span<ShapedPiece> pieces)
    {
        bool first = _open.IsEmpty;
        int kept = 0;
        foreach (int index in _accepted.Span)
        {
            // False for the second of two pieces with one sender-given id inside one request.
            if (_open.Identities.Add(pieces[index].Identity))
            {
                _accepted[kept++] = index;
            }
        }

        _accepted.Truncate(kept);
        _appender.Append(_open, shaper, document, _accepted.Span);
        if (first)
        {
            _work.Release();
        }
    }

    private async Task WaitForWorkAsync(CancellationToken stoppingToken)
    {
        try
        {
            await _work.WaitAsync(stoppingToken).ConfigureAwait(false);
            if (_options.BatchLingerMs > 0 && IsHalfEmpty())
            {
                await Task.Delay(TimeSpan.FromMilliseconds(_options.BatchLingerMs), _time, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is in the open batch is inserted at once.
        }
    }

    private bool IsHalfEmpty()
    {
        lock (_gate)
        {
            return _open.Rows.Samples.Rows < _options.BatchRowsMax / 2;
        }
    }

    private async Task InsertOpenAsync(CancellationToken cancellationToken)
    {
        PendingBatch? batch = Take();
        if (batch is null)
        {
            return;
        }

        IReadOnlyList<TableBlock> blocks = batch.Rows.Finish();
        string token = PendingBatch.TokenOf(blocks);
        long started = _time.GetTimestamp();
        TimeSpan delay = RetryDelayMin;
        while (!await TryInsertAsync(batch, blocks, token, cancellationToken).ConfigureAwait(false))
        {
            TimeSpan patience = TimeSpan.FromSeconds(_options.InsertRetrySeconds);
            if (_failure is ClickHouseException { IsTransient: false } && patience > PermanentRetryTime)
            {
                patience = PermanentRetryTime;
            }

            if (_time.GetElapsedTime(started) > patience)
            {
                GiveUp(batch, token);
                return;
            }

            await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(false);
            delay = delay * 2 < RetryDelayMax ? delay * 2 : RetryDelayMax;
        }
    }

    private PendingBatch? Take()
    {
        lock (_gate)
        {
            if (_open.IsEmpty)
            {
                return null;
            }

            _inserting = _open;
            _open = _spare;
            SignalRoom();
            return _inserting;
        }
    }

    private async Task<bool> TryInsertAsync(
        PendingBatch batch, IReadOnlyList<TableBlock> blocks, string token, CancellationToken cancellationToken)
    {
        long started = _time.GetTimestamp();
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(_options.InsertTimeoutSeconds), _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            await _insert(blocks, token, either.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The one loop of this role: whatever the store did, the batch is kept and tried again.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Fail(batch, failure);
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }

        IngestMetrics.Inserted(batch.Rows.Samples.Rows, batch.Profiles, _time.GetElapsedTime(started));
        Succeed(batch);
        return true;
    }

    private void Succeed(PendingBatch batch)
    {
        TaskCompletionSource attempt;
        lock (_gate)
        {
            _known.AddAll(batch.Symbols);
            foreach (UInt128 identity in batch.Identities)
            {
                _recent.Add(identity);
            }

            if (_failure is not null)
            {
                LogRecovered();
            }

            _failure = null;
            IngestMetrics.Collided(_appender.Collisions - _collisions);
            _collisions = _appender.Collisions;
            attempt = batch.TakeAttempt();
            Retire(batch);
        }

        attempt.SetResult();
    }

    private void Fail(PendingBatch batch, Exception failure)
    {
        StoreUnavailableException told = new("The store did not take the data; send the request again later.", failure);
        TaskCompletionSource attempt;
        TaskCompletionSource? waiting = null;
        lock (_gate)
        {
            if (_failure is null)
            {
                LogFailing(failure.Message);
            }

            _failure = failure;
            attempt = batch.TakeAttempt();

            // What waits behind the failed batch is not stored at all: it is turned away and forgotten, its senders send it again.
            if (!_open.IsEmpty)
            {
                waiting = _open.TakeAttempt();
                _open.Clear();
            }

            SignalRoom();
        }

        IngestMetrics.InsertFailed();
        PendingBatch.Tell(attempt, told);
        PendingBatch.Tell(waiting, told);
    }

    private void GiveUp(PendingBatch batch, string token)
    {
        lock (_gate)
        {
            LogGivenUp(batch.Profiles, _failure?.Message ?? "", token);
            IngestMetrics.Dropped("store-failed", batch.Profiles);
            _failure = null;
            Retire(batch);
        }
    }

    private void Retire(PendingBatch batch)
    {
        batch.Clear();
        _inserting = null;
        _spare = batch;
        SignalRoom();
    }

    private void SignalRoom()
    {
        TaskCompletionSource taken = _taken;
        _taken = NewSignal();
        taken.SetResult();
    }

    [LoggerMessage(EventId = 3101, Level = LogLevel.Error, Message = "The store does not take data: {Reason} Trying again.")]
    private partial void LogFailing(string reason);

    [LoggerMessage(EventId = 3102, Level = LogLevel.Information, Message = "The store takes data again.")]
    private partial void LogRecovered();

    [LoggerMessage(
        EventId = 3103,
        Level = LogLevel.Error,
        Message = "Gave up storing {Profiles} profiles, whose senders were told (batch {Token}): {Reason}")]
    private partial void LogGivenUp(int profiles, string reason, string token);

    [LoggerMessage(EventId = 3104, Level = LogLevel.Warning, Message = "Stopped before the last batch was stored; its senders were told.")]
    private partial void LogDrainFailed();
}
