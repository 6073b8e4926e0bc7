using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Hearth.Collector.Processes;
using Hearth.Collector.Processes.Identity;
using Hearth.Collector.Runtimes.Dotnet;
using Hearth.Collector.Symbols;
using Hearth.Collector.Tests.Symbols;
using Hearth.Native.Bytes;
using Xunit;

namespace Hearth.Collector.Tests.Runtimes.Dotnet;

public sealed class DotnetPerfMapsTests
{
    [Fact]
    public void BeginWindow_DotnetProcess_HasItsMapSwitchedOnAndItsMethodsNamed()
    {
        int pid = Environment.ProcessId;
        string map = $"/tmp/perf-{pid}.map";
        File.Delete(map);
        long disabled = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name == "hearth.collector.runtimes")
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>(
            (_, count, tags, _) => Interlocked.Add(ref disabled, tags[0].Value is "disabled" ? count : 0));
        listener.Start();
        try
        {
            Assert.Equal(6, new Box<int>().Triple(2));
            using (Symbolizer symbolizer = SymbolizerTests.Create(SymbolizerTests.Patient()))
            {
                ProcessEntry process = Target.EntryOf(pid);
                WaitForLine(symbolizer, process, map, "Box`1[System.Int32]::Triple");
                (ulong address, string raw) = Line(map, "Box`1[System.Int32]::Triple");
                Target.ReadMaps(process);
                symbolizer.BeginWindow([process], CancellationToken.None);

                Target.Named named = Target.Resolve(symbolizer, process, address);

                Assert.Equal("Hearth.Collector.Tests.Runtimes.Dotnet.DotnetPerfMapsTests.Box<System.Int32>.Triple", named.Name);
                Assert.Equal("dotnet", named.FrameType);
                Assert.Equal("Hearth.Collector.Tests", named.Mapping);
                Assert.StartsWith(named.SystemName, raw, StringComparison.Ordinal);

                // Somebody removes the file, and the runtime goes on writing to nowhere: it is asked anew.
                File.Delete(map);
                Assert.Equal(6, new Box<short>().Triple(2));
                ulong stub = process.Maps.ToArray().First(m => m.File.Kind == MappedFileKind.Jit).Start;
                Assert.False(Target.Resolve(symbolizer, process, stub).IsNamed);
                WaitForLine(symbolizer, process, map, "Box`1[System.Int16]::Triple");
            }

            // Asked by the counter and not by the file: another collector's map of this process may be on.
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref disabled) > 0, TimeSpan.FromSeconds(20)));
        }
        finally
        {
            File.Delete(map);
        }
    }

    [Fact]
    public void ResolveUser_PrecompiledFrameworkCode_StaysModuleAndOffset()
    {
        ProcessEntry process = Target.EntryOf(Environment.ProcessId);
        using Symbolizer symbolizer = SymbolizerTests.Create(SymbolizerTests.Patient(dotnetPerfMaps: false));
        ProcessMapping coreLibrary = process.Maps.ToArray().First(m => m.File.Name == "System.Private.CoreLib.dll");

        Target.Named named = Target.Resolve(symbolizer, process, coreLibrary.Start + 16);

        Assert.Equal((false, "dotnet"), (named.IsNamed, named.FrameType));
        Assert.EndsWith("System.Private.CoreLib.dll", named.Mapping, StringComparison.Ordinal);
    }

    [Fact]
    public void IsLinkedInto_Library_IsToldByItsSymbolsAndNotByItsName()
    {
        string runtime = Target.EntryOf(Environment.ProcessId).Maps.ToArray()
            .First(m => m.File.Name == DotnetRuntime.LibraryName).File.Path;
        Assert.True(IsLinkedInto(runtime));
        Assert.False(IsLinkedInto("/bin/sh"));
        Assert.False(IsLinkedInto("/etc/passwd"));
    }

    [Theory]
    [InlineData("A=1\0DOTNET_PerfMapEnabled=1\0", true)]
    [InlineData("COMPlus_PerfMapEnabled=3\0", true)]
    [InlineData("DOTNET_PerfMapEnabled=0\0", false)]
    [InlineData("", false)]
    public void HasOwnPerfMap_Environment_SaysWhetherTheMapIsOnAlready(string block, bool expected) =>
        Assert.Equal(expected, DotnetPerfMaps.HasOwnPerfMap(new ProcessEnvironment(System.Text.Encoding.UTF8.GetBytes(block))));

    private static bool IsLinkedInto(string path)
    {
        Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle(path);
        using var bytes = new FileBytes(handle, RandomAccess.GetLength(handle));
        return DotnetRuntime.IsLinkedInto(bytes);
    }

    // More than one window only when another collector on this machine switches the map of this process as well.
    private static void WaitForLine(Symbolizer symbolizer, ProcessEntry process, string map, string text)
    {
        for (int window = 0; window < 20; window++)
        {
            symbolizer.BeginWindow([process], CancellationToken.None);
            if (File.Exists(map) && File.ReadLines(map).Any(l => l.Contains(text, StringComparison.Ordinal)))
            {
                return;
            }

            ulong stub = process.Maps.ToArray().First(m => m.File.Kind == MappedFileKind.Jit).Start;
            Assert.False(Target.Resolve(symbolizer, process, stub).IsNamed);
        }

        Assert.Fail($"{map} never had {text}.");
    }

    private static (ulong Address, string Name) Line(string map, string text)
    {
        string[] parts = File.ReadLines(map).Last(l => l.Contains(text, StringComparison.Ordinal)).Split(' ', 3);
        return (Convert.ToUInt64(parts[0], 16), parts[2]);
    }

    private sealed class Box<T>
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public int Triple(int value) => (value * 3) + (typeof(T).Name.Length * 0);
    }
}
