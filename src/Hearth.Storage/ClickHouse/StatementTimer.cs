namespace Hearth.Storage.ClickHouse;

/// <summary>Measures one statement.</summary>
internal struct StatementTimer(string kind, TimeProvider time, long started)
{
    public bool HasSucceeded { get; private set; }

    public void Succeeded() => HasSucceeded = true;

    public readonly void Record() =>
        StorageMetrics.StatementSeconds.Record(
            time.GetElapsedTime(started).TotalSeconds,
            new KeyValuePair<string, object?>("kind", kind),
            new KeyValuePair<string, object?>("outcome", HasSucceeded ? "ok" : "failed"));
}
