using Hearth.Collector.Metering;

namespace Hearth.Collector.Exporting;

/// <summary>
/// Requests that wait to be sent, bounded by their bytes: a new one that does not fit drops the oldest, which is counted.
/// </summary>
internal sealed class ExportQueue : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<ExportBatch> _batches = new();
    private readonly SemaphoreSlim _filled = new(0);
    private readonly long _bytesMax;
    private long _bytes;
    private bool _completed;

    /// <summary>Starts empty.</summary>
    public ExportQueue(long bytesMax) => _bytesMax = bytesMax;

    /// <summary>Requests waiting.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _batches.Count;
            }
        }
    }

    /// <summary>Adds a request; returns how many profiles were dropped for it.</summary>
    public long Add(ExportBatch batch)
    {
        long dropped = 0;
        lock (_lock)
        {
            while (_batches.Count > 0 && _bytes + batch.Body.Length > _bytesMax)
            {
                ExportBatch oldest = _batches.Dequeue();
                _bytes -= oldest.Body.Length;
                dropped += oldest.Profiles;
            }

            _batches.Enqueue(batch);
            _bytes += batch.Body.Length;
        }

        CollectorMeter.ProfilesDropped("queue-full", dropped);
        _filled.Release();
        return dropped;
    }

    /// <summary>No further requests will come.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
        }

        _filled.Release();
    }

    /// <summary>The oldest request, waiting for one; null when the queue is complete and empty.</summary>
    public async Task<ExportBatch?> TakeAsync(CancellationToken cancellation)
    {
        while (true)
        {
            lock (_lock)
            {
                if (_batches.TryDequeue(out ExportBatch? batch))
                {
                    _bytes -= batch.Body.Length;
                    return batch;
                }

                if (_completed)
                {
                    return null;
                }
            }

            // The count may be too high after drops: then the loop turns once for nothing.
            await _filled.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Takes out everything and returns the number of profiles in it.</summary>
    public long DropAll()
    {
        lock (_lock)
        {
            long profiles = _batches.Sum(batch => (long)batch.Profiles);
            _batches.Clear();
            _bytes = 0;
            return profiles;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _filled.Dispose();
}
