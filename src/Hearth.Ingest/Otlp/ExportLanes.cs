using System.Collections.Concurrent;

namespace Hearth.Ingest.Otlp;

/// <summary>
/// A fixed number of lanes: that many requests are decoded and shaped at once, the others wait. A lane that a very large request
/// went through is given up, so that one such request does not hold its memory for good.
/// </summary>
internal sealed class ExportLanes : IDisposable
{
    private const int KeptMessageBytesMax = 8 << 20;

    private readonly ConcurrentBag<ExportLane> _free = [];
    private readonly SemaphoreSlim _places;
    private readonly IngestOptions _options;

    public ExportLanes(IngestOptions options)
    {
        _options = options;
        _places = new SemaphoreSlim(options.ShapersMax > 0 ? options.ShapersMax : Environment.ProcessorCount);
    }

    /// <summary>Waits for a lane; give it back with <see cref="Return"/>.</summary>
    public async ValueTask<ExportLane> RentAsync(CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        return _free.TryTake(out ExportLane? lane) ? lane : new ExportLane(_options);
    }

    /// <summary>Gives a lane back after a request of this size.</summary>
    public void Return(ExportLane lane, int messageBytes)
    {
        lane.Clear();
        if (messageBytes <= KeptMessageBytesMax)
        {
            _free.Add(lane);
        }

        _places.Release();
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();
}
