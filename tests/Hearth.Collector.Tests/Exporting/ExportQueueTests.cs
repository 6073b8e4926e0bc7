using Hearth.Collector.Exporting;
using Xunit;

namespace Hearth.Collector.Tests.Exporting;

public sealed class ExportQueueTests
{
    [Fact]
    public async Task Add_PastTheBound_DropsTheOldest()
    {
        using ExportQueue queue = new(10);
        Assert.Equal(0, queue.Add(new ExportBatch(new byte[4], 2, default)));
        Assert.Equal(0, queue.Add(new ExportBatch(new byte[5], 3, default)));
        Assert.Equal(2, queue.Add(new ExportBatch(new byte[5], 4, default)));
        queue.Complete();
        Assert.Equal(3, (await queue.TakeAsync(default))!.Profiles);
        Assert.Equal(4, (await queue.TakeAsync(default))!.Profiles);
        Assert.Null(await queue.TakeAsync(default));
    }

    [Fact]
    public async Task Take_EmptyQueue_WaitsForTheNext()
    {
        using ExportQueue queue = new(10);
        Task<ExportBatch?> taking = queue.TakeAsync(default);
        Assert.False(taking.IsCompleted);
        queue.Add(new ExportBatch(new byte[1], 1, default));
        Assert.NotNull(await taking);
    }

    [Fact]
    public void DropAll_CountsProfiles()
    {
        using ExportQueue queue = new(100);
        queue.Add(new ExportBatch(new byte[1], 2, default));
        queue.Add(new ExportBatch(new byte[1], 3, default));
        Assert.Equal(5, queue.DropAll());
        Assert.Equal(0, queue.Count);
    }
}
