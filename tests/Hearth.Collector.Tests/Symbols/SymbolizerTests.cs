using System.Globalization;
using Hearth.Collector.Processes;
using Hearth.Collector.Symbols;
using Hearth.Collector.Unwind;
using Hearth.Profiles.Model;
using Hearth.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Hearth.Collector.Tests.Symbols;

public sealed class SymbolizerTests
{
    [Fact]
    public void ResolveUser_LiveProgram_NamesItsOwnLibrariesAndVdsoFunctions()
    {
        using var folder = new TempFolder();
        using Target target = Target.Start(Target.BuildNative(folder));
        using Symbolizer symbolizer = Create();
        ProcessEntry process = target.Entry();

        Target.Named own = Target.Resolve(symbolizer, process, target.Address(0) + 3);
        Target.Named libc = Target.Resolve(symbolizer, process, target.Address(1) + 1);
        string[] vdso = [.. VdsoNames(symbolizer, process, target.Address(2))];

        Assert.Equal((true, "burn_cycles", "burn_cycles", "native"), (own.IsNamed, own.Name, own.SystemName, own.FrameType));
        Assert.Equal(folder.At("burner"), own.Mapping);
        Assert.Matches("^[0-9a-f]{40}$", own.BuildId);
        Assert.Equal("write", libc.Name);
        Assert.Contains(vdso, name => name.Contains("clock_gettime", StringComparison.Ordinal));
    }

    [Fact]
    public void ResolveUser_ProgramDeletedOrReplacedWhileRunning_NamesWhatIsReallyMapped()
    {
        using var folder = new TempFolder();
        string program = Target.BuildNative(folder);
        using Target target = Target.Start(program);
        File.Delete(program);
        File.WriteAllText(program, "something else");
        Require.That(Environment.UserName == "root", "/proc/pid/map_files needs root.");
        using Symbolizer symbolizer = Create();

        Assert.Equal("burn_cycles", Target.Resolve(symbolizer, target.Entry(), target.Address(0)).Name);
    }

    [Fact]
    public void ResolveUser_ProcessThatEndedAfterItWasSeen_StillHasNames()
    {
        using var folder = new TempFolder();
        using Symbolizer symbolizer = Create();
        ProcessEntry process;
        ulong address;
        using (Target target = Target.Start(Target.BuildNative(folder)))
        {
            process = target.Entry();
            address = target.Address(0);
            symbolizer.Observe(process);
            int files = process.Maps.ToArray().Where(m => m.File.Kind == MappedFileKind.File).DistinctBy(m => m.File).Count();
            Assert.True(SpinWait.SpinUntil(() => symbolizer.FileCount == files, TimeSpan.FromSeconds(20)));
        }

        process.MarkExited(1);
        Assert.Equal("burn_cycles", Target.Resolve(symbolizer, process, address).Name);
    }

    [Theory]
    [InlineData(".debug/burner.debug")]
    [InlineData("burner.debug")]
    public void ResolveUser_StrippedProgram_TakesNamesFromItsDebugFile(string place)
    {
        using var folder = new TempFolder();
        string program = Target.BuildNative(folder);
        string objcopy = Require.Tool("objcopy");
        Directory.CreateDirectory(folder.At(".debug"));
        Tool.Run(objcopy, "--only-keep-debug", program, folder.At(place));
        Tool.Run(objcopy, "--strip-all", $"--add-gnu-debuglink={folder.At(place)}", program);
        using Target target = Target.Start(program);
        using Symbolizer symbolizer = Create();

        Assert.Equal("burn_cycles", Target.Resolve(symbolizer, target.Entry(), target.Address(0)).Name);
    }

    [Fact]
    public void ResolveUser_StrippedProgramWithForeignDebugFile_StaysUnnamedButKeepsItsBuildId()
    {
        using var folder = new TempFolder();
        using var other = new TempFolder();
        string program = Target.BuildNative(folder);
        string objcopy = Require.Tool("objcopy");
        File.Copy(Target.BuildNative(other, "-DOTHER", "-O2"), folder.At("burner.debug"));
        Tool.Run(objcopy, "--strip-all", $"--add-gnu-debuglink={folder.At("burner.debug")}", program);
        using Target target = Target.Start(program);
        using Symbolizer symbolizer = Create();

        Target.Named named = Target.Resolve(symbolizer, target.Entry(), target.Address(0));

        Assert.False(named.IsNamed);
        Assert.Equal("", named.Name);
        Assert.Matches("^[0-9a-f]{40}$", named.BuildId);
    }

    [Fact]
    public void ResolveKernel_ListedFunction_HasItsNameAndModule()
    {
        string line = File.ReadLines("/proc/kallsyms").First(l => l.EndsWith(" T ksys_read", StringComparison.Ordinal));
        ulong address = Convert.ToUInt64(line.Split(' ')[0], 16);
        Require.That(address != 0, "The kernel hides its addresses from this user.");
        using Symbolizer symbolizer = Create();
        var symbols = new SymbolTable();
        var builder = new LocationBuilder();
        builder.Attach(symbols);
        builder.BeginKernel();

        bool named = symbolizer.ResolveKernel(address + 1, builder);
        Target.Named result = Target.Describe(symbols, symbols.Locations[builder.Complete("[kernel]"u8)], named);

        Assert.Equal((true, "ksys_read", "[kernel.kallsyms]", "kernel"), (named, result.Name, result.Mapping, result.FrameType));
        Assert.Matches("^[0-9a-f]{40}$", result.BuildId);
    }

    [Fact]
    public void ResolveUser_KnownFrames_AllocatesNothing()
    {
        using var folder = new TempFolder();
        using Target target = Target.Start(Target.BuildNative(folder));
        using Symbolizer symbolizer = Create();
        ProcessEntry process = target.Entry();
        var builder = new LocationBuilder();
        builder.Attach(new SymbolTable());
        ulong address = target.Address(0);
        Assert.True(process.Maps.TryFind(address, out ProcessMapping mapping));
        Run(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(1000);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Run(int count)
        {
            for (int i = 0; i < count; i++)
            {
                builder.BeginUser(mapping, address);
                Assert.True(symbolizer.ResolveUser(process, mapping, address, builder));
            }
        }
    }

    [Fact]
    public void BeginWindow_TablesOverTheMemoryBound_AreLetGoAndComeBackWhenAskedFor()
    {
        using var folder = new TempFolder();
        using Target target = Target.Start(Target.BuildNative(folder));
        ProcessEntry process = target.Entry();
        SymbolLimits limits = Patient();
        limits.BytesMax = 30_000;
        using Symbolizer symbolizer = Create(limits);
        symbolizer.BeginWindow([process], CancellationToken.None);
        Assert.Equal("write", Target.Resolve(symbolizer, process, target.Address(1)).Name);
        Assert.True(symbolizer.ByteSize > limits.BytesMax);
        Assert.Equal("", Target.Resolve(symbolizer, process, target.Address(0)).Name);

        for (int window = 0; window < 2; window++)
        {
            symbolizer.BeginWindow([process], CancellationToken.None);
        }

        Assert.True(symbolizer.ByteSize < limits.BytesMax);
        Assert.Equal("write", Target.Resolve(symbolizer, process, target.Address(1)).Name);
    }

    [Fact]
    public void ResolveUser_NodePerfMap_NamesGeneratedCode()
    {
        string node = Require.Tool("node");
        const string script = """
            function hotLoop(n) { let s = 0; for (let i = 0; i < n; i++) s += i; return s }
            hotLoop(1e7); console.log('ready'); process.stdin.resume()
            """;
        using Target target = Target.Start(node, "--perf-basic-prof", "-e", script);
        string map = $"/tmp/perf-{target.Pid}.map";
        try
        {
            ProcessEntry process = target.Entry();
            (ulong address, string name) = File.ReadLines(map).Reverse()
                .Select(l => l.Split(' ', 3))
                .Select(p => (Address: ulong.Parse(p[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture), Name: p[2]))
                .First(e => e.Name.Contains("hotLoop", StringComparison.Ordinal)
                    && process.Maps.TryFind(e.Address, out ProcessMapping m) && m.File.Kind == MappedFileKind.Jit);
            using Symbolizer symbolizer = Create();
            symbolizer.BeginWindow([process], CancellationToken.None);
            Assert.Equal(name, Target.Resolve(symbolizer, process, address).Name);

            // The file is held: it serves the last window of a process that is gone with its root, lines since then included.
            ulong code = process.Maps.ToArray().Last(m => m.File.Kind == MappedFileKind.Jit && m.File.Path.Length == 0).Limit - 8;
            File.AppendAllText(map, $"{code:x} 8 JS:last words\n");
            File.Delete(map);
            process.MarkExited(1);
            symbolizer.BeginWindow([process], CancellationToken.None);
            Assert.Equal(name, Target.Resolve(symbolizer, process, address).Name);
            Assert.Equal("JS:last words", Target.Resolve(symbolizer, process, code).Name);
        }
        finally
        {
            File.Delete(map);
        }
    }

    internal static Symbolizer Create(SymbolLimits? limits = null) =>
        new("/proc", limits ?? Patient(), TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>Limits that a busy test machine cannot miss.</summary>
    internal static SymbolLimits Patient(bool dotnetPerfMaps = true) => new()
    {
        FileDeadlineMs = 60_000,
        RuntimeDeadlineMs = 60_000,
        RuntimeWaitMs = 60_000,
        DotnetPerfMaps = dotnetPerfMaps,
    };

    private static IEnumerable<string> VdsoNames(Symbolizer symbolizer, ProcessEntry process, ulong start)
    {
        for (ulong at = 0; at < 0x1000; at += 16)
        {
            Target.Named named = Target.Resolve(symbolizer, process, start + at);
            if (named.IsNamed)
            {
                yield return named.Name;
            }
        }
    }
}
