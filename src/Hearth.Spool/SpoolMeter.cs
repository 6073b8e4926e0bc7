using System.Diagnostics.Metrics;

namespace Hearth.Spool;

/// <summary>The counters of one spool, tagged with its name.</summary>
internal sealed class SpoolMeter : IDisposable
{
    private readonly Meter _meter = new("Hearth.Spool");
    private readonly KeyValuePair<string, object?> _name;
    private readonly Counter<long> _records;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _syncs;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _damaged;

    public SpoolMeter(string name, Func<SpoolState> state)
    {
        _name = new("spool", name);
        _records = _meter.CreateCounter<long>("hearth.spool.records", "{record}", "Records made durable.");
        _bytes = _meter.CreateCounter<long>("hearth.spool.bytes", "By", "Payload bytes made durable.");
        _refused = _meter.CreateCounter<long>("hearth.spool.refused", "{record}", "Records not stored, by reason.");
        _dropped = _meter.CreateCounter<long>("hearth.spool.dropped", "{record}", "Records given up, by reason.");
        _syncs = _meter.CreateCounter<long>("hearth.spool.syncs", "{sync}", "Syncs that succeeded; one may cover many records.");
        _failures = _meter.CreateCounter<long>("hearth.spool.failures", "{failure}", "Failed disk operations, by operation.");
        _damaged = _meter.CreateCounter<long>("hearth.spool.damaged", "By", "Bytes found unsound at start, by kind.");
        _meter.CreateObservableGauge("hearth.spool.waiting", () => Tagged(state().Bytes), "By", "Bytes on disk that wait.");
        _meter.CreateObservableGauge("hearth.spool.segments", () => Tagged(state().Segments), "{segment}", "Closed segments that wait.");
    }

    public void Stored(int records, long bytes)
    {
        _records.Add(records, _name);
        _bytes.Add(bytes, _name);
        _syncs.Add(1, _name);
    }

    public void Refused(AppendStatus why, int records) => _refused.Add(records, _name, new("reason", why.ToString()));

    public void Dropped(string why, long records) => _dropped.Add(records, _name, new("reason", why));

    public void Failure(string operation) => _failures.Add(1, _name, new("operation", operation));

    public void Damaged(string kind, long bytes)
    {
        if (bytes > 0)
        {
            _damaged.Add(bytes, _name, new("kind", kind));
        }
    }

    public void Dispose() => _meter.Dispose();

    private Measurement<long> Tagged(long value) => new(value, _name);
}
