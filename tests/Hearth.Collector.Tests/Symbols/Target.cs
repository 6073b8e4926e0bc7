using System.Diagnostics;
using System.Globalization;
using System.Text;
using Hearth.Collector.Processes;
using Hearth.Collector.Unwind;
using Hearth.Profiles.Model;
using Hearth.Testing;

namespace Hearth.Collector.Tests.Symbols;

/// <summary>A real process that tests read from outside: it writes a line when it is ready and ends when its input closes.</summary>
internal sealed class Target : IDisposable
{
    private readonly Process _process;

    private Target(Process process) => _process = process;

    /// <summary>The line the program wrote when it was ready.</summary>
    public string Ready { get; private set; } = "";

    public int Pid => _process.Id;

    /// <summary>A C program that tells addresses of its functions in hexadecimal: its own, libc's write, the vdso's clock.</summary>
    public const string NativeSource = """
        #include <stdio.h>
        #include <unistd.h>
        #include <sys/auxv.h>
        __attribute__((noinline)) int burn_cycles(int x) { volatile int y = x; return y * 3; }
        int main(void) {
            char line[64];
            printf("%lx %lx %lx\n", (unsigned long)burn_cycles, (unsigned long)write, getauxval(AT_SYSINFO_EHDR));
            fflush(stdout);
            while (read(0, line, sizeof line) > 0) burn_cycles(1);
            return 0;
        }
        """;

    public static string BuildNative(TempFolder folder, params string[] options)
    {
        string gcc = Require.Tool("gcc");
        File.WriteAllText(folder.At("burner.c"), NativeSource);
        Tool.Run(gcc, ["-O1", "-Wl,--build-id=sha1", .. options, "-o", folder.At("burner"), folder.At("burner.c")]);
        return folder.At("burner");
    }

    public static Target Start(string program, params string[] arguments) => Start([], program, arguments);

    public static Target Start(Dictionary<string, string> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        var target = new Target(Process.Start(start)!);
        target.Ready = target.ReadLine();
        return target;
    }

    public string ReadLine() => _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The program ended early.");

    public void WriteLine(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    /// <summary>The number at a place of the ready line.</summary>
    public ulong Address(int index) =>
        ulong.Parse(Ready.Split(' ')[index], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public ProcessEntry Entry() => EntryOf(Pid);

    public static ProcessEntry EntryOf(int pid)
    {
        var reader = new ProcReader("/proc", new MappedFileTable());
        var maps = new MappingTable();
        Xunit.Assert.True(reader.TryReadStat(pid, out ProcStat stat));
        Xunit.Assert.True(reader.TryReadMaps(pid, maps));
        return new ProcessEntry(pid, stat.Comm, maps) { StartTicks = stat.StartTicks };
    }

    /// <summary>Notes what a process has mapped meanwhile.</summary>
    public static void ReadMaps(ProcessEntry process) =>
        Xunit.Assert.True(new ProcReader("/proc", new MappedFileTable()).TryReadMaps(process.Pid, process.Maps));

    /// <summary>What a symbolizer says about an address of a process.</summary>
    public static Named Resolve(ISymbolizer symbolizer, ProcessEntry process, ulong address)
    {
        var symbols = new SymbolTable();
        var builder = new LocationBuilder();
        builder.Attach(symbols);
        Xunit.Assert.True(process.Maps.TryFind(address, out ProcessMapping mapping), $"{address:x} is not mapped");
        builder.BeginUser(mapping, address);
        bool named = symbolizer.ResolveUser(process, mapping, address, builder);
        return Describe(symbols, symbols.Locations[builder.Complete("[none]"u8)], named);
    }

    public static Named Describe(SymbolTable symbols, in Location location, bool isNamed)
    {
        StringTable strings = symbols.Strings;
        Mapping mapping = symbols.Mappings[location.Mapping];
        Function function = location.LineCount > 0 ? symbols.Functions[symbols.LinesOf(location)[0].Function] : default;
        return new Named(
            isNamed, strings.GetString(function.Name), strings.GetString(function.SystemName), strings.GetString(mapping.Filename),
            strings.GetString(mapping.BuildId), strings.GetString(location.FrameType));
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    internal sealed record Named(bool IsNamed, string Name, string SystemName, string Mapping, string BuildId, string FrameType);
}
