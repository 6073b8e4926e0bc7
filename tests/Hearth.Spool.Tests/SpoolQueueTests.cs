using System.Text;
using Hearth.Spool.Tests.Disk;
using Hearth.Testing;
using Xunit;

namespace Hearth.Spool.Tests;

public sealed class SpoolQueueTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Append_OfManyAtOnce_IsReadOnceAndInOrder()
    {
        await using SpoolQueue spool = Open(new LyingDisk(1), new ManualTime());
        AppendResult[] results = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => AppendAsync(spool, $"r{i}")));
        Assert.All(results, r => Assert.True(r.IsStored, r.Reason));

        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"r{i}").Order(), (await DrainAsync(spool)).Order());
        Assert.Equal(0, spool.State.Segments);
    }

    [Fact]
    public async Task OpenSegment_ThatGrowsOld_IsClosedForReaders()
    {
        ManualTime time = new();
        await using SpoolQueue spool = Open(new LyingDisk(1), time);
        await AppendAsync(spool, "one");
        ValueTask<SpoolSegment?> take = spool.TakeAsync(Token);
        Assert.False(take.IsCompleted);
        while (time.TimerCount == 0)
        {
            await Task.Yield();
        }

        time.Advance(TimeSpan.FromSeconds(1));
        SpoolSegment? segment = await take;
        Assert.Equal(["one"], Texts(segment!));
    }

    [Fact]
    public async Task FullSpool_ThatRefuses_KeepsWhatItHasAndTakesAgainAfterDraining()
    {
        LyingDisk disk = new(1);
        await using SpoolQueue spool = Open(disk, new ManualTime(), o => o.BytesMax = 1 << 16);
        int stored = 0;
        AppendResult result;
        while ((result = await AppendAsync(spool, new string('x', 1000))).IsStored)
        {
            stored++;
        }

        Assert.Equal(AppendStatus.Full, result.Status);
        Assert.InRange(spool.State.Bytes, 1, 1 << 16);
        Assert.Equal(stored, (await DrainAsync(spool)).Count);
        Assert.True((await AppendAsync(spool, "again")).IsStored);
    }

    [Fact]
    public async Task FullSpool_ThatDropsTheOldest_KeepsTheNewest()
    {
        await using SpoolQueue spool = Open(new LyingDisk(1), new ManualTime(), o =>
        {
            o.BytesMax = 1 << 16;
            o.SegmentBytesMax = 1 << 13;
            o.Policy = SpoolPolicy.DropOldest;
        });
        for (int i = 0; i < 500; i++)
        {
            Assert.True((await AppendAsync(spool, $"{i:d4}{new string('x', 1000)}")).IsStored);
        }

        List<string> left = await DrainAsync(spool);
        Assert.InRange(left.Count, 20, 66);
        Assert.StartsWith("0499", left[^1], StringComparison.Ordinal);
        Assert.Equal(left.Order(), left);
    }

    [Fact]
    public async Task FailedSync_IsNeverAcknowledged_AndTheSegmentIsNotWrittenAgain()
    {
        LyingDisk disk = new(1);
        await using SpoolQueue spool = Open(disk, new ManualTime());
        AppendResult before = await AppendAsync(spool, "before");
        disk.SyncFailures = 1;
        AppendResult failed = await AppendAsync(spool, "lost");
        AppendResult after = await AppendAsync(spool, "after");

        Assert.Equal(AppendStatus.Failed, failed.Status);
        Assert.True(before.IsStored && after.IsStored);
        Assert.NotEqual(before.Segment, after.Segment);
        Assert.Equal(["before", "after"], await DrainAsync(spool));
    }

    [Fact]
    public async Task FullDisk_IsSaidSo_AndResumesWithoutRestart()
    {
        LyingDisk disk = new(1);
        await using SpoolQueue spool = Open(disk, new ManualTime());
        disk.NoSpaceFailures = 1;
        AppendResult refused = await AppendAsync(spool, "no");
        Assert.Equal(AppendStatus.DiskFull, refused.Status);
        Assert.True((await AppendAsync(spool, "yes")).IsStored);
        Assert.Equal(["yes"], await DrainAsync(spool));
    }

    [Fact]
    public async Task FlippedBit_CostsOneRecord_AndIsCounted()
    {
        LyingDisk disk = new(1);
        await using (SpoolQueue spool = Open(disk, new ManualTime()))
        {
            for (int i = 0; i < 9; i++)
            {
                await AppendAsync(spool, $"record {i}");
            }
        }

        disk.FlipBit(SegmentFormat.NameOf(1), SegmentFormat.HeaderBytes + 60);
        await using SpoolQueue again = Open(disk, new ManualTime());
        Assert.Equal(8, again.Recovery.Records);
        Assert.True(again.Recovery.CorruptBytes > 0);
        Assert.DoesNotContain("record 1", await DrainAsync(again));
    }

    [Fact]
    public async Task DeadLetter_LeavesTheQueueAndKeepsTheBytesWithTheReason()
    {
        LyingDisk disk = new(1);
        await using SpoolQueue spool = Open(disk, new ManualTime());
        await AppendAsync(spool, "poison");
        await spool.CloseSegmentAsync(Token);
        SpoolSegment segment = (await spool.TakeAsync(Token))!;
        spool.DeadLetter(segment, "Code: 27. Cannot parse");

        Assert.Equal(0, spool.State.Segments);
        string stem = SegmentFormat.NameOf(segment.Id)[..16];
        Assert.Equal("Code: 27. Cannot parse", Encoding.UTF8.GetString(disk.Read(stem + ".reason", 1000)));
        Assert.Contains(disk.List(), e => e.Name == stem + ".dead");
    }

    [Fact]
    public async Task GivenBackSegment_IsTakenAgain()
    {
        await using SpoolQueue spool = Open(new LyingDisk(1), new ManualTime());
        await AppendAsync(spool, "one");
        await spool.CloseSegmentAsync(Token);
        SpoolSegment first = (await spool.TakeAsync(Token))!;
        spool.GiveBack(first);
        SpoolSegment second = (await spool.TakeAsync(Token))!;
        Assert.Equal(first.Id, second.Id);
    }

    [Fact]
    public async Task RecordThatIsTooLarge_IsRefusedForGood()
    {
        await using SpoolQueue spool = Open(new LyingDisk(1), new ManualTime(), o => o.RecordBytesMax = 10);
        Assert.Equal(AppendStatus.TooLarge, (await AppendAsync(spool, "eleven bytes")).Status);
    }

    [Fact]
    public async Task RealDirectory_KeepsRecordsAcrossRestart_AndHasOneOwner()
    {
        string directory = Directory.CreateTempSubdirectory("hearth-spool").FullName;
        try
        {
            SpoolOptions options = new() { Directory = directory };
            await using (SpoolQueue spool = SpoolQueue.Open("test", options, TimeProvider.System))
            {
                Assert.True((await AppendAsync(spool, new string('y', 3 << 20))).IsStored);
                Assert.True((await AppendAsync(spool, "small")).IsStored);
                Assert.Throws<IOException>(() => SpoolQueue.Open("other", options, TimeProvider.System));
            }

            await using SpoolQueue again = SpoolQueue.Open("test", options, TimeProvider.System);
            Assert.Equal(2, again.Recovery.Records);
            Assert.Equal([3 << 20, 5], (await DrainAsync(again)).Select(r => r.Length));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static SpoolQueue Open(LyingDisk disk, TimeProvider time, Action<SpoolOptions>? change = null)
    {
        SpoolOptions options = new() { Directory = "memory" };
        change?.Invoke(options);
        return new SpoolQueue("test", options, disk, time, null);
    }

    private static Task<AppendResult> AppendAsync(SpoolQueue spool, string text) =>
        spool.AppendAsync(Encoding.UTF8.GetBytes(text), Token).AsTask();

    private static async Task<List<string>> DrainAsync(SpoolQueue spool)
    {
        List<string> texts = [];
        await spool.CloseSegmentAsync(Token);
        while (spool.State.Segments > 0)
        {
            SpoolSegment segment = (await spool.TakeAsync(Token))!;
            texts.AddRange(Texts(segment));
            spool.Complete(segment);
        }

        return texts;
    }

    private static IEnumerable<string> Texts(SpoolSegment segment) => segment.Records.Select(r => Encoding.UTF8.GetString(r.Span));
}
