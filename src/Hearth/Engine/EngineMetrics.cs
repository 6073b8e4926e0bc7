using System.Diagnostics.Metrics;

namespace Hearth.Engine;

/// <summary>The engine's process as metrics of the meter <c>Hearth.Engine</c>.</summary>
internal sealed class EngineMetrics : IDisposable
{
    private readonly Meter _meter = new("Hearth.Engine");
    private readonly Histogram<double> _seconds;

    public EngineMetrics(ConnectionPool pool)
    {
        _seconds = _meter.CreateHistogram<double>(
            "hearth.engine.statement.duration", "s", "Time of a statement in the engine's process, by kind and outcome.");
        _meter.CreateObservableGauge("hearth.engine.statements.running", () => pool.Running, "{statement}", "Statements that run.");
        _meter.CreateObservableGauge("hearth.engine.statements.waiting", () => pool.Waiting, "{statement}", "Statements that wait.");
    }

    public void Record(string kind, int errorCode, TimeSpan elapsed) =>
        _seconds.Record(
            elapsed.TotalSeconds,
            new KeyValuePair<string, object?>("kind", kind),
            new KeyValuePair<string, object?>("error", errorCode == 0 ? "" : errorCode));

    public void Dispose() => _meter.Dispose();
}
