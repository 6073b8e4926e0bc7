using Hearth.Profiles.Labels;
using Hearth.Storage.Reading;
using Hearth.Storage.Tests.Writing;
using Hearth.Storage.Writing;
using Hearth.Testing;
using Xunit;
using SeriesRow = Hearth.Storage.Reading.SeriesRow;

namespace Hearth.Storage.Tests.Reading;

public sealed class ProfileReaderTests(EngineFixture fixture)
{
    private const string Heap = "memory:inuse_space:bytes:space:bytes";

    [Fact]
    public async Task List_TypesAndSeries_NarrowedByRangeServiceAndType()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        RowBatch batch = new();
        batch.AddSeries("a", 1, 10, TestRows.Day, TestRows.Cpu, ("k8s.pod.name", "p1"));
        batch.AddSeries("a", 1, 10, TestRows.Day, Heap, ("k8s.pod.name", "p1"));
        batch.AddSeries("b", 2, 20, TestRows.Day, TestRows.Cpu, ("k8s.pod.name", "p2"));
        batch.AddProfile("a", 1, 10, TestRows.Day, [(1, 1)]);
        batch.AddProfile("a", 1, 10, TestRows.Day + 9000, [(1, 1)], Heap);
        batch.AddProfile("b", 2, 20, TestRows.Day + 50, [(1, 1)]);
        await store.Writer.WriteAsync(batch, "one", TestStore.Token);
        await store.Writer.WriteAsync(batch, "again, not merged yet", TestStore.Token);
        TimeRange early = TimeRange.OfSeconds(TestRows.Day, TestRows.Day + 60);

        IReadOnlyList<SeriesRow> all = await store.Reader.ListSeriesAsync("t", null, null, null, TestStore.Token);

        Assert.Equal([Heap, TestRows.Cpu], await store.Reader.ListProfileTypesAsync("t", null, TestStore.Token));
        Assert.Equal([TestRows.Cpu], await store.Reader.ListProfileTypesAsync("t", early, TestStore.Token));
        Assert.Empty(await store.Reader.ListProfileTypesAsync("nobody", null, TestStore.Token));
        Assert.Equal(3, all.Count);
        Assert.Equal(LabelSet.Of(("service_name", "a"), ("k8s.pod.name", "p1")), all[0].Labels);
        Assert.Equal(("a", 1UL, 10UL), (all[0].Service, all[0].Series, all[0].Group));
        Assert.Equal(2, (await store.Reader.ListSeriesAsync("t", null, null, early, TestStore.Token)).Count);
        Assert.Equal(2, (await store.Reader.ListSeriesAsync("t", null, "a", null, TestStore.Token)).Count);
        Assert.Single(await store.Reader.ListSeriesAsync("t", Heap, "a", null, TestStore.Token));
        Assert.Empty(await store.Reader.ListSeriesAsync("t", Heap, null, early, TestStore.Token));
    }

    [Fact]
    public async Task Stats_WithAndWithoutData_SayOldestAndNewest()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        RowBatch batch = new();
        batch.AddSeries("a", 1, 0, TestRows.Day);
        batch.AddProfile("a", 1, 0, TestRows.Day, [(1, 1)]);
        batch.AddProfile("a", 1, 0, TestRows.Day + 86_400 + 7, [(1, 1)]);
        await store.Writer.WriteAsync(batch, "one", TestStore.Token);

        Assert.Equal(new StoreStats(true, TestRows.Day, TestRows.Day + 86_407), await store.Reader.StatsAsync("t", TestStore.Token));
        Assert.Equal(default, await store.Reader.StatsAsync("nobody", TestStore.Token));
    }

    [Fact]
    public async Task Resolve_InlinesUnsymbolisedAndUnknown_AreNamed()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        RowBatch batch = new();
        batch.AddStack("a", 1, 10, 11, 12);
        batch.AddStack("a", 2, 11, 13);
        batch.AddFrame(10, 5, 0x1234, 0);
        batch.AddFrame(11, 5, 0x20, 0, 100, 101);
        batch.AddFrame(12, 0, 0, 0, 102);
        batch.AddFunction(100, "inlined");
        batch.AddFunction(101, "outer");
        batch.AddFunction(102, "main");
        batch.AddMapping(5, "/usr/lib/libfoo.so.1");
        await store.Writer.WriteAsync(batch, "one", TestStore.Token);

        ResolvedStack[] stacks = await store.Reader.ResolveStacksAsync("t", "a", [2, 1, 77], TestStore.Token);

        Assert.Equal(["main", "outer", "inlined", "libfoo.so.1+0x1234"], stacks[1].Functions);
        Assert.Equal([10UL, 11, 12], stacks[1].Frames);
        Assert.Equal(["[unknown frame]", "outer", "inlined"], stacks[0].Functions);
        Assert.Empty(stacks[2].Functions);
        Assert.Same(stacks[0], (await store.Reader.ResolveStacksAsync("t", "a", [2], TestStore.Token))[0]);
        Assert.Empty((await store.Reader.ResolveStacksAsync("t", "b", [1], TestStore.Token))[0].Functions);
    }

    [Fact]
    public async Task Resolve_SymbolsFoundLater_RenameTheFrame()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        RowBatch batch = new();
        batch.AddStack("a", 1, 10);
        batch.AddFrame(10, 5, 0x10, version: 0);
        batch.AddMapping(5, "/bin/app");
        await store.Writer.WriteAsync(batch, "raw", TestStore.Token);
        Assert.Equal(["app+0x10"], (await store.Reader.ResolveStacksAsync("t", "a", [1], TestStore.Token))[0].Functions);

        batch.Clear();
        batch.AddFunction(200, "found");
        batch.AddFrame(10, 5, 0x10, version: 1, 200);
        await store.Writer.WriteAsync(batch, "symbols", TestStore.Token);
        ProfileReader fresh = new(store.Client);
        Assert.Equal(["found"], (await fresh.ResolveStacksAsync("t", "a", [1], TestStore.Token))[0].Functions);

        await store.TextAsync("OPTIMIZE TABLE frame FINAL");
        Assert.Equal("1", await store.TextAsync("SELECT count() FROM frame"));
        fresh = new ProfileReader(store.Client);
        Assert.Equal(["found"], (await fresh.ResolveStacksAsync("t", "a", [1], TestStore.Token))[0].Functions);
    }

    [Fact]
    public async Task Resolve_TwentyThousandStacks_AllHaveNames()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        RowBatch batch = new();
        const int Count = 20_000;
        for (ulong i = 0; i < Count; i++)
        {
            batch.AddStack("a", i + 1, (i % 5000) + 1, 1);
        }

        for (ulong i = 1; i <= 5000; i++)
        {
            batch.AddFrame(i, 0, i, 0, i);
            batch.AddFunction(i, $"f{i}");
        }

        await store.Writer.WriteAsync(batch, "many", TestStore.Token);
        ulong[] ids = [.. Enumerable.Range(1, Count).Select(static i => (ulong)i)];

        ResolvedStack[] stacks = await store.Reader.ResolveStacksAsync("t", "a", ids, TestStore.Token);
        ResolvedStack[] some = await new ProfileReader(store.Client).ResolveStacksAsync("t", "a", ids[..5000], TestStore.Token);

        for (int i = 0; i < Count; i++)
        {
            Assert.Equal(["f1", $"f{(i % 5000) + 1}"], stacks[i].Functions);
        }

        Assert.All(some, static stack => Assert.Equal(2, stack.Functions.Length));
    }

    [Fact]
    public async Task Export_Stacks_GivesEveryField()
    {
        using TestStore store = await TestStore.CreateAsync(fixture);
        RowBatch batch = new();
        batch.AddStack("a", 1, 10);
        batch.AddFrame(10, 5, 0x99, 0, 100);
        batch.AddFunction(100, "f", "f.c");
        batch.AddMapping(5, "/bin/app", "beef");
        await store.Writer.WriteAsync(batch, "one", TestStore.Token);

        SymbolExport export = await store.Reader.ExportSymbolsAsync("t", "a", [1, 2], TestStore.Token);

        Assert.Equal([10UL], Assert.Single(export.Stacks).Value);
        ExportFrame frame = export.Frames[10];
        Assert.Equal((5UL, 0x99UL, false, "native"), (frame.Mapping, frame.Address, frame.Folded, frame.Kind));
        Assert.Equal([100UL], frame.Functions);
        Assert.Equal([10L], frame.Lines);
        Assert.Empty(frame.Columns);
        Assert.Equal(new ExportFunction(100, "f", "_f", "f.c", 7), export.Functions[100]);
        Assert.Equal(new ExportMapping(5, "beef", "/bin/app", Profiles.Model.MappingFlags.HasFunctions), export.Mappings[5]);
    }
}
