using Hearth.Storage.Writing;

namespace Hearth.Ingest.Tests.Committing;

/// <summary>Takes blocks, or fails, or holds an insert until told: what a store does that cannot be had from a real one at will.</summary>
internal sealed class FakeStore
{
    private readonly Lock _gate = new();
    private readonly List<Attempt> _attempts = [];
    private readonly SemaphoreSlim _arrived = new(0);
    private TaskCompletionSource? _hold;

    private readonly HashSet<string> _tokens = [];

    /// <summary>What an insert comes to: a store may keep the rows and still fail to say so.</summary>
    internal enum Fate
    {
        Store,
        Fail,
        StoreAndFail,
    }

    public bool IsFailing { get; set; }

    /// <summary>Decides the fate of each insert, one at a time.</summary>
    public Func<Fate>? Decide { get; set; }

    /// <summary>Profiles stored, a repeated token counted once.</summary>
    public int StoredProfiles { get; private set; }

    public IReadOnlyList<Attempt> Attempts
    {
        get
        {
            lock (_gate)
            {
                return [.. _attempts];
            }
        }
    }

    /// <summary>Holds every insert from now on until <see cref="Release"/>.</summary>
    public void Hold() => _hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => Interlocked.Exchange(ref _hold, null)?.SetResult();

    /// <summary>Waits until a further insert has been asked for.</summary>
    public Task ArrivedAsync() => _arrived.WaitAsync(TimeSpan.FromSeconds(20));

    public async Task InsertAsync(IReadOnlyList<TableBlock> blocks, string token, CancellationToken cancellationToken)
    {
        Attempt attempt;
        lock (_gate)
        {
            Fate fate = Decide?.Invoke() ?? (IsFailing ? Fate.Fail : Fate.Store);
            attempt = new Attempt(
                token,
                blocks.ToDictionary(block => block.Table, block => block.Rows),
                [.. blocks.SelectMany(block => block.NativeBlock.ToArray())],
                fate != Fate.Store);
            _attempts.Add(attempt);
            if (fate != Fate.Fail && _tokens.Add(token))
            {
                StoredProfiles += attempt.Rows["profile"];
            }
        }

        Task? hold = _hold?.Task;
        _arrived.Release();
        if (hold is not null)
        {
            await hold.WaitAsync(cancellationToken);
        }

        if (attempt.Failed)
        {
            throw new InvalidOperationException("The store said no.");
        }
    }

    internal sealed record Attempt(string Token, Dictionary<string, int> Rows, byte[] Bytes, bool Failed);
}
