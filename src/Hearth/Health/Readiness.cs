namespace Hearth.Health;

/// <summary>
/// Whether this process should be sent work: started, not draining, and its checks pass. Checks run at most once a second and never
/// longer than <see cref="s_checkMax"/>, however often health is asked.
/// </summary>
internal sealed class Readiness(TimeProvider time)
{
    private static readonly TimeSpan s_checkMax = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_checkAge = TimeSpan.FromSeconds(1);

    private readonly List<(string Name, Func<CancellationToken, Task<bool>> Passes)> _checks = [];
    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile bool _started;
    private volatile bool _draining;
    private volatile string? _failing;
    private long _checkedAt = long.MinValue;

    /// <summary>True once everything listens.</summary>
    public bool IsStarted => _started;

    /// <summary>Adds a check; only before the start.</summary>
    public void Add(string name, Func<CancellationToken, Task<bool>> passes) => _checks.Add((name, passes));

    /// <summary>Everything listens.</summary>
    public void Started() => _started = true;

    /// <summary>No new work, please.</summary>
    public void Drain() => _draining = true;

    /// <summary>Null when ready, else a word or two why not. Says nothing about addresses or settings: anybody may ask.</summary>
    public async Task<string?> WhyNotAsync(CancellationToken cancel)
    {
        if (!_started)
        {
            return "starting";
        }

        if (_draining)
        {
            return "draining";
        }

        await _one.WaitAsync(cancel);
        try
        {
            if (_checkedAt == long.MinValue || time.GetElapsedTime(_checkedAt) >= s_checkAge)
            {
                _failing = await FirstFailingAsync(cancel);
                _checkedAt = time.GetTimestamp();
            }

            return _failing;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<string?> FirstFailingAsync(CancellationToken cancel)
    {
        foreach ((string name, Func<CancellationToken, Task<bool>> passes) in _checks)
        {
            using var timeout = new CancellationTokenSource(s_checkMax, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
            try
            {
                if (!await passes(either.Token))
                {
                    return name;
                }
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                return name;
            }
        }

        return null;
    }
}
