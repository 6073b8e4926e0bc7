using Hearth.Ingest.Committing;
using Hearth.Ingest.Tests.Shaping;
using Hearth.Profiles.Model;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Hearth.Ingest.Tests.Committing;

public sealed class GroupCommitterTests : IAsyncLifetime
{
    private readonly FakeStore _store = new();
    private GroupCommitter _committer = null!;

    public async ValueTask InitializeAsync() => await StartAsync(new IngestOptions());

    public async ValueTask DisposeAsync()
    {
        _store.Release();
        await _committer.StopAsync(CancellationToken.None);
        _committer.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Add_WhileAnInsertRuns_CombinesTheNextRequestsIntoOne()
    {
        _store.Hold();
        CommitTicket first = await AddAsync("first");
        await _store.ArrivedAsync();
        CommitTicket[] others = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => AddAsync($"other {i}")));
        Assert.False(first.Own.IsCompleted);
        _store.Release();
        await Task.WhenAll(others.Append(first).Select(ticket => ticket.WaitAsync(CancellationToken.None)));

        Assert.Equal([1, 50], _store.Attempts.Select(attempt => attempt.Rows["profile"]));
        Assert.Equal(2, _store.Attempts.Select(attempt => attempt.Token).Distinct().Count());
    }

    [Fact]
    public async Task Add_StoreFails_IsToldAndTheBatchIsTriedAgainUnchanged()
    {
        _store.IsFailing = true;
        CommitTicket ticket = await AddAsync("one");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => ticket.WaitAsync(CancellationToken.None));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => AddAsync("new while failing"));

        _store.IsFailing = false;
        CommitTicket resend = await AddAsync("one");
        await resend.WaitAsync(CancellationToken.None);

        Assert.Equal(1, resend.Duplicates);
        FakeStore.Attempt failed = _store.Attempts[0];
        FakeStore.Attempt stored = _store.Attempts[^1];
        Assert.True(failed.Failed);
        Assert.False(stored.Failed);
        Assert.Equal(failed.Token, stored.Token);
        Assert.Equal(failed.Bytes, stored.Bytes);
        Assert.Single(_store.Attempts, attempt => !attempt.Failed);
    }

    [Fact]
    public async Task Add_BehindABatchThatFails_IsTurnedAwayAndNotKept()
    {
        _store.Hold();
        _store.IsFailing = true;
        CommitTicket first = await AddAsync("first");
        await _store.ArrivedAsync();
        CommitTicket behind = await AddAsync("behind");
        _store.Release();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => first.WaitAsync(CancellationToken.None));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => behind.WaitAsync(CancellationToken.None));

        _store.IsFailing = false;
        await (await AddAsync("first")).WaitAsync(CancellationToken.None);
        CommitTicket again = await AddAsync("behind");
        await again.WaitAsync(CancellationToken.None);

        Assert.Equal(0, again.Duplicates);
        Assert.Equal(2, _store.Attempts.Where(attempt => !attempt.Failed).Sum(attempt => attempt.Rows["profile"]));
    }

    [Fact]
    public async Task Add_SentAgain_IsAcknowledgedAndNotStoredTwice()
    {
        _store.Hold();
        CommitTicket first = await AddAsync("one");
        await _store.ArrivedAsync();
        CommitTicket second = await AddAsync("one");
        Assert.Equal(1, second.Duplicates);
        Assert.False(second.Earlier.IsCompleted);
        _store.Release();
        await first.WaitAsync(CancellationToken.None);
        await second.WaitAsync(CancellationToken.None);
        CommitTicket third = await AddAsync("one");
        await third.WaitAsync(CancellationToken.None);

        Assert.Equal(1, third.Duplicates);
        Assert.Single(_store.Attempts);
    }

    [Fact]
    public async Task Add_SentAgainWhileInTheOpenBatch_WaitsForIt()
    {
        _store.Hold();
        await AddAsync("blocker");
        await _store.ArrivedAsync();
        CommitTicket first = await AddAsync("one");
        CommitTicket second = await AddAsync("one");
        Assert.False(second.Own.IsCompleted);
        _store.Release();
        await Task.WhenAll(first.WaitAsync(CancellationToken.None), second.WaitAsync(CancellationToken.None));

        Assert.Equal(2, _store.Attempts.Sum(attempt => attempt.Rows["profile"]));
    }

    [Fact]
    public async Task Symbols_AreWrittenOnceADayAndOnlyAgainWhenTheInsertFailed()
    {
        await (await AddAsync("one", value: 1)).WaitAsync(CancellationToken.None);
        await (await AddAsync("one", value: 2)).WaitAsync(CancellationToken.None);
        await (await AddAsync("one", value: 3, day: 1)).WaitAsync(CancellationToken.None);

        Assert.Equal([1, 0, 1], _store.Attempts.Select(attempt => attempt.Rows.GetValueOrDefault("stack")));
        Assert.Equal([2, 0, 2], _store.Attempts.Select(attempt => attempt.Rows.GetValueOrDefault("frame")));
        Assert.Equal([2, 0, 2], _store.Attempts.Select(attempt => attempt.Rows.GetValueOrDefault("function")));
        Assert.Equal([1, 0, 1], _store.Attempts.Select(attempt => attempt.Rows.GetValueOrDefault("series")));
        Assert.Equal([1, 0, 1], _store.Attempts.Select(attempt => attempt.Rows.GetValueOrDefault("header")));
        Assert.Equal([1, 1, 1], _store.Attempts.Select(attempt => attempt.Rows["sample"]));
    }

    [Fact]
    public async Task Symbols_OfABatchGivenUp_AreWrittenWithTheNext()
    {
        await RestartAsync(new IngestOptions { InsertRetrySeconds = 0 });
        _store.IsFailing = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await (await AddAsync("one")).WaitAsync(CancellationToken.None));
        _store.IsFailing = false;
        CommitTicket ticket;
        do
        {
            ticket = await AddWhenTakenAsync("one", value: 2);
        }
        while (!await StoredAsync(ticket));

        Assert.Equal(1, _store.Attempts[^1].Rows["stack"]);
        Assert.Equal(1, _store.Attempts[^1].Rows["series"]);
    }

    [Fact]
    public async Task Samples_OfProfilesOfOneLane_AddUpAndTotalsStay()
    {
        DocumentBuilder builder = new();
        int stack = builder.Stack("leaf");
        for (int pid = 0; pid < 5; pid++)
        {
            Profile profile = builder.Profile(builder.Group(("service.name", "shop"), ("process.pid", pid)), ShapingFixture.Now);
            builder.Sample(profile, stack, 10);
        }

        ShapingFixture fixture = new();
        fixture.Shape(builder.Document);
        await (await _committer.AddAsync(fixture.Shaper, builder.Document, CancellationToken.None)).WaitAsync(CancellationToken.None);

        Assert.Equal(1, _store.Attempts[0].Rows["sample"]);
        Assert.Equal(5, _store.Attempts[0].Rows["profile"]);
    }

    [Fact]
    public async Task Add_BatchFull_WaitsForTheNext()
    {
        await RestartAsync(new IngestOptions { BatchProfilesMax = 2 });
        _store.Hold();
        CommitTicket first = await AddAsync("0");
        await _store.ArrivedAsync();
        await AddAsync("1");
        await AddAsync("2");
        Task<CommitTicket> waiting = AddAsync("3");
        Assert.False(waiting.IsCompleted);
        _store.Release();
        await first.WaitAsync(CancellationToken.None);
        await (await waiting).WaitAsync(CancellationToken.None);

        Assert.Equal(4, _store.Attempts.Sum(attempt => attempt.Rows["profile"]));
        Assert.All(_store.Attempts, attempt => Assert.InRange(attempt.Rows["profile"], 1, 2));
    }

    [Fact]
    public async Task Add_StoreThatFailsNowAndThen_StoresEveryRequestExactlyOnce()
    {
        Random random = new(5);
        _store.Decide = () => random.Next(10) switch
        {
            < 2 => FakeStore.Fate.Fail,
            < 4 => FakeStore.Fate.StoreAndFail,
            _ => FakeStore.Fate.Store,
        };
        await Parallel.ForAsync(0, 60, new ParallelOptions { MaxDegreeOfParallelism = 12 }, async (i, _) =>
        {
            while (!await StoredAsync(await AddWhenTakenAsync($"service {i}", value: 1)))
            {
                await Task.Yield();
            }
        });

        Assert.Equal(60, _store.StoredProfiles);
    }

    [Fact]
    public async Task Stop_StoresWhatIsOpenBeforeItEnds()
    {
        _store.Hold();
        CommitTicket first = await AddAsync("first");
        await _store.ArrivedAsync();
        CommitTicket open = await AddAsync("open");
        Task stop = _committer.StopAsync(CancellationToken.None);
        _store.Release();
        await stop;
        await first.WaitAsync(CancellationToken.None);
        await open.WaitAsync(CancellationToken.None);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => AddAsync("late"));
    }

    private static async Task<bool> StoredAsync(CommitTicket ticket)
    {
        try
        {
            await ticket.WaitAsync(CancellationToken.None);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    private async Task<CommitTicket> AddWhenTakenAsync(string service, long value)
    {
        while (true)
        {
            try
            {
                return await AddAsync(service, value);
            }
            catch (StoreUnavailableException)
            {
                await Task.Yield();
            }
        }
    }

    private Task<CommitTicket> AddAsync(string service, long value = 1, int day = 0)
    {
        DocumentBuilder builder = new();
        Profile profile = builder.Profile(builder.Group(("service.name", service)), ShapingFixture.Now.AddDays(day));
        builder.Sample(profile, builder.Stack("leaf", "main"), value);
        ShapingFixture fixture = new(options => options.FutureSecondsMax = 86_400);
        fixture.Shape(builder.Document);
        Assert.True(fixture.Refusals.IsEmpty);
        return _committer.AddAsync(fixture.Shaper, builder.Document, CancellationToken.None);
    }

    private async Task StartAsync(IngestOptions options)
    {
        _committer = new GroupCommitter(options, _store.InsertAsync, TimeProvider.System, NullLogger<GroupCommitter>.Instance);
        await _committer.StartAsync(CancellationToken.None);
    }

    private async Task RestartAsync(IngestOptions options)
    {
        await _committer.StopAsync(CancellationToken.None);
        _committer.Dispose();
        await StartAsync(options);
    }
}
