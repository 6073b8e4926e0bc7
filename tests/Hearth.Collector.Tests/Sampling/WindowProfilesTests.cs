using Hearth.Collector.Processes;
using Hearth.Collector.Sampling;
using Hearth.Collector.Unwind;
using Hearth.Profiles.Model;
using Xunit;

namespace Hearth.Collector.Tests.Sampling;

public sealed class WindowProfilesTests
{
    private static readonly WindowSpan Span = new(1, 2, 1_700_000_010_000_000_000, 1_700_000_025_000_000_000);
    private readonly SampleWindow _window = new(100_000);
    private readonly MappingTable _maps = new();
    private readonly ProcessMapping _mapping =
        new(0x400000, 0x4000000, 0, new MappedFile(MappedFileKind.File, "/bin/app", 1, 2, 0));

    public WindowProfilesTests() => _window.Reset(Span);

    [Fact]
    public void Build_ManyStacks_SplitsIntoDocumentsOfBoundedSizeWithTheSameTotal()
    {
        Add(new ProcessEntry(5, "big", _maps), stacks: 5_000);
        Add(new ProcessEntry(6, "small", _maps), stacks: 3);
        int documents = 0;
        long total = 0;
        HashSet<UInt128> ids = [];
        New().Build(
            _window,
            document =>
            {
                documents++;
                for (int g = 0; g < document.Count; g++)
                {
                    Profile profile = document[g][0];
                    Assert.True(ids.Add(profile.ProfileId));
                    Assert.Equal(Span.StartUnixNanos, profile.TimeNanos);
                    Assert.Equal(15_000_000_000, profile.DurationNanos);
                    Assert.Equal(1_000, profile.Period);
                    foreach (long value in profile.Values.Span)
                    {
                        total += value;
                    }
                }
            },
            CancellationToken.None);
        Assert.InRange(documents, 5, 50);
        Assert.Equal(5_003 * 1_000, total);
    }

    [Fact]
    public void Build_ServiceNameGiven_ReplacesTheOneFoundOut()
    {
        Add(new ProcessEntry(5, "app", _maps), stacks: 1);
        string? name = null;
        New("mine").Build(
            _window,
            document =>
            {
                SymbolTable symbols = document.Symbols;
                foreach (int row in symbols.AttributeSets[document[0].ResourceAttributes])
                {
                    if (symbols.Strings.GetString(symbols.Attributes[row].Key) == "service.name")
                    {
                        name = symbols.Strings.GetString(symbols.Attributes[row].Text);
                    }
                }
            },
            CancellationToken.None);
        Assert.Equal("mine", name);
    }

    private static WindowProfiles New(string? service = null) =>
        new(new Naming(new AddressSymbolizer(), new CommIdentifier()), service, 1_000, 64 * 1024);

    private void Add(ProcessEntry process, int stacks)
    {
        int row = _window.RowOf(process);
        for (int i = 0; i < stacks; i++)
        {
            ulong address = 0x400000 + ((ulong)i * 16);
            int frame = _window.Frames.GetUser(process, _mapping, address);
            _window.Stacks.Find(row, 0, [address], 0, out ulong hash);
            _window.Count(row, _window.Stacks.Add(row, 0, [address], 0, [frame], hash), 1, truncated: false);
        }
    }
}
