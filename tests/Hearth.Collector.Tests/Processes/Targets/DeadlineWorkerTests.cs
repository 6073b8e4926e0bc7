using Hearth.Collector.Processes.Targets;
using Xunit;

namespace Hearth.Collector.Tests.Processes.Targets;

public sealed class DeadlineWorkerTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(200);

    [Fact]
    public void Run_Work_IsDoneBeforeItReturns()
    {
        using var worker = new DeadlineWorker("test", Deadline);
        int done = 0;
        Assert.True(worker.TryRun(() => done = 1));
        Assert.Equal(1, done);
    }

    [Fact]
    public void Run_WorkThatThrows_FailsAndTheThreadGoesOn()
    {
        using var worker = new DeadlineWorker("test", Deadline);
        Assert.False(worker.TryRun(() => throw new InvalidOperationException("on purpose")));
        Assert.True(worker.TryRun(() => { }));
        Assert.Equal(1, worker.Failed);
    }

    [Fact]
    public void Run_WorkThatHangs_IsLeftBehindAndOthersGoOn()
    {
        using var release = new ManualResetEventSlim();
        using var worker = new DeadlineWorker("test", Deadline);
        Assert.False(worker.TryRun(release.Wait));
        Assert.True(worker.TryRun(() => { }));
        Assert.Equal(1, worker.Abandoned);
        release.Set();
    }

    [Fact]
    public void Run_EveryThreadHangs_RefusesUntilOneComesBack()
    {
        using var release = new ManualResetEventSlim();
        using var returned = new SemaphoreSlim(0);
        using var worker = new DeadlineWorker("test", TimeSpan.FromMilliseconds(30));
        while (worker.Abandoned < DeadlineWorker.StuckMax)
        {
            Assert.False(worker.TryRun(() =>
            {
                release.Wait();
                returned.Release();
            }));
        }

        Assert.False(worker.TryPost(() => { }));
        Assert.False(worker.TryRun(() => { }));
        release.Set();
        Assert.True(returned.Wait(TimeSpan.FromSeconds(10)));
        Assert.True(SpinWait.SpinUntil(() => worker.TryRun(() => { }), TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void Post_FullQueue_IsRefused()
    {
        using var release = new ManualResetEventSlim();
        using var started = new ManualResetEventSlim();
        using var worker = new DeadlineWorker("test", TimeSpan.FromMinutes(1));
        Assert.True(worker.TryPost(() =>
        {
            started.Set();
            release.Wait();
        }));
        started.Wait();
        for (int i = 0; i < DeadlineWorker.QueueMax; i++)
        {
            Assert.True(worker.TryPost(() => { }));
        }

        Assert.False(worker.TryPost(() => { }));
        release.Set();
    }

    [Fact]
    public async Task WaitForPosted_PostedWork_IsDoneThen()
    {
        using var release = new ManualResetEventSlim();
        using var started = new ManualResetEventSlim();
        using var worker = new DeadlineWorker("test", TimeSpan.FromMinutes(1));
        List<string> order = [];
        worker.TryPost(() =>
        {
            started.Set();
            release.Wait();
        });
        started.Wait();
        worker.TryPost(() => order.Add("posted"));
        Task<bool> run = Task.Run(() => worker.TryRun(() => order.Add("run")));
        Assert.False(worker.WaitForPosted(TimeSpan.FromMilliseconds(50)));
        release.Set();

        Assert.True(await run);
        Assert.True(worker.WaitForPosted(TimeSpan.FromMinutes(1)));
        Assert.Contains("run", order);
        Assert.Contains("posted", order);
    }

    [Fact]
    public void Dispose_Worker_RefusesWork()
    {
        var worker = new DeadlineWorker("test", Deadline);
        worker.Dispose();
        Assert.False(worker.TryRun(() => { }));
        Assert.False(worker.TryPost(() => { }));
    }
}
