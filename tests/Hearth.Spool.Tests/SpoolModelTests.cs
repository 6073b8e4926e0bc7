using System.Globalization;
using System.Text;
using Hearth.Spool.Tests.Disk;
using Hearth.Testing;
using Xunit;

namespace Hearth.Spool.Tests;

/// <summary>
/// The spool against a model: seeded runs of appends, drains, failed syncs, full disks, closings and power cuts. After every
/// cut, what was acknowledged and not completed is there exactly once and in order; what was completed stays gone; what was
/// refused is there at most once.
/// </summary>
public sealed class SpoolModelTests
{
    /// <summary>Seeds that once found a defect stay here.</summary>
    public static TheoryData<int> KeptSeeds => [1, 2, 3, 17, 4711];

    [Theory]
    [MemberData(nameof(KeptSeeds))]
    public Task KeptSeed_HoldsTheModel(int seed) => RunAsync(seed);

    [Fact]
    public async Task RandomRuns_HoldTheModel()
    {
        int first = Environment.TickCount & 0xFFFFFF;
        int runs = int.TryParse(Environment.GetEnvironmentVariable("HEARTH_SPOOL_RUNS"), out int wanted) ? wanted : 100;
        for (int seed = first; seed < first + runs; seed++)
        {
            try
            {
                await RunAsync(seed);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed} breaks the model; keep it in {nameof(KeptSeeds)}.", e);
            }
        }
    }

    private static async Task RunAsync(int seed)
    {
        Random random = new(seed);
        LyingDisk disk = new(seed);
        Model model = new();
        SpoolQueue spool = Open(disk);
        for (int step = 0; step < 60; step++)
        {
            switch (random.Next(10))
            {
                case < 5:
                    await AppendAsync(spool, model, random);
                    break;
                case 5:
                    await DrainOneAsync(spool, model);
                    break;
                case 6:
                    disk.SyncFailures = random.Next(2);
                    break;
                case 7:
                    disk.NoSpaceFailures = random.Next(2);
                    break;
                case 8:
                    await spool.CloseSegmentAsync(default);
                    break;
                default:
                    (disk, spool) = await CutPowerAsync(disk, spool);
                    break;
            }
        }

        (_, spool) = await CutPowerAsync(disk, spool);
        await DrainAllAsync(spool, model);
        await spool.DisposeAsync();
        model.Check();
    }

    private static async Task<(LyingDisk Disk, SpoolQueue Spool)> CutPowerAsync(LyingDisk disk, SpoolQueue spool)
    {
        LyingDisk after = disk.CutPower();
        await spool.DisposeAsync();
        return (after, Open(after));
    }

    private static SpoolQueue Open(LyingDisk disk) =>
        new(
            "model",
            new SpoolOptions { Directory = "memory", SegmentBytesMax = 1 << 12, BytesMax = 1 << 17 },
            disk,
            new ManualTime(),
            null);

    private static async Task AppendAsync(SpoolQueue spool, Model model, Random random)
    {
        int count = random.Next(1, 5);
        List<(int Id, Task<AppendResult> Append)> group = [];
        for (int i = 0; i < count; i++)
        {
            int id = model.NextId++;
            byte[] payload = Encoding.UTF8.GetBytes($"{id}:{new string('p', random.Next(1500))}");
            group.Add((id, spool.AppendAsync(payload, default).AsTask()));
        }

        foreach ((int id, Task<AppendResult> append) in group)
        {
            ((await append).IsStored ? model.Acknowledged : model.Refused).Add(id);
        }
    }

    private static async Task DrainOneAsync(SpoolQueue spool, Model model)
    {
        if (spool.State.Segments > 0)
        {
            SpoolSegment segment = (await spool.TakeAsync(default))!;
            spool.Complete(segment);
            model.Delivered.AddRange(segment.Records.Select(IdOf));
        }
    }

    private static async Task DrainAllAsync(SpoolQueue spool, Model model)
    {
        while (spool.State.Segments > 0)
        {
            await DrainOneAsync(spool, model);
        }
    }

    private static int IdOf(ReadOnlyMemory<byte> record)
    {
        string text = Encoding.UTF8.GetString(record.Span);
        return int.Parse(text[..text.IndexOf(':', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
    }

    private sealed class Model
    {
        public int NextId { get; set; }

        public HashSet<int> Acknowledged { get; } = [];

        public HashSet<int> Refused { get; } = [];

        public List<int> Delivered { get; } = [];

        public void Check()
        {
            Assert.Equal(Delivered.Count, Delivered.Distinct().Count());
            Assert.Empty(Acknowledged.Except(Delivered));
            Assert.Empty(Delivered.Except(Acknowledged).Except(Refused));
            Assert.Equal(Delivered.Order(), Delivered);
        }
    }
}
