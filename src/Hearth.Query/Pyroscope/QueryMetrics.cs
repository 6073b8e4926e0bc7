using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Hearth.Query.Pyroscope;

/// <summary>What the read API counts about itself.</summary>
internal sealed class QueryMetrics : IDisposable
{
    private readonly Meter _meter = new("Hearth.Query");
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _refused;
    private readonly UpDownCounter<long> _waiting;

    public QueryMetrics()
    {
        _duration = _meter.CreateHistogram<double>("hearth.query.duration", "s", "Time a query took, waiting included.");
        _refused = _meter.CreateCounter<long>("hearth.query.refused", "{query}", "Queries not answered, by reason.");
        _waiting = _meter.CreateUpDownCounter<long>("hearth.query.waiting", "{query}", "Queries that wait for a turn.");
    }

    public void Finished(string method, string code, TimeSpan elapsed) => _duration.Record(
        elapsed.TotalSeconds, new TagList { { "method", method }, { "code", code } });

    public void Refused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Waiting(int change) => _waiting.Add(change);

    public void Dispose() => _meter.Dispose();
}
