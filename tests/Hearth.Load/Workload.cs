using System.Diagnostics;
using System.Globalization;

namespace Hearth.Load;

/// <summary>A running program whose CPU time is split between its functions in a way it measures itself.</summary>
internal sealed class Workload : IDisposable
{
    private readonly Process _process;

    private Workload(Process process, string path)
    {
        _process = process;
        Path = path;
        Pid = process.Id;
    }

    /// <summary>Process id.</summary>
    public int Pid { get; }

    /// <summary>The program.</summary>
    public string Path { get; }

    /// <summary>Function and CPU nanoseconds it used, as the program measured; complete once it ended.</summary>
    public Dictionary<string, long> Truth { get; } = [];

    /// <summary>All CPU nanoseconds of <see cref="Truth"/>.</summary>
    public long TruthNanos => Truth.Values.Sum();

    /// <summary>Builds a C program of tests/Workloads/native into a folder; returns its path. Needs gcc.</summary>
    public static string Build(string sources, string name, string folder)
    {
        string program = System.IO.Path.Combine(folder, name);
        ProcessStartInfo start = new("gcc")
        {
            ArgumentList =
            {
                "-O1", "-fno-omit-frame-pointer", "-fno-optimize-sibling-calls", "-o", program,
                System.IO.Path.Combine(sources, "native", name + ".c"),
            },
            RedirectStandardError = true,
        };
        using Process gcc = Process.Start(start) ?? throw new InvalidOperationException("gcc did not start.");
        string errors = gcc.StandardError.ReadToEnd();
        gcc.WaitForExit();
        return gcc.ExitCode == 0 ? program : throw new InvalidOperationException(errors);
    }

    /// <summary>
    /// Starts a program that works for that much CPU time and then waits, and waits until it says that it is ready.
    /// </summary>
    public static async Task<Workload> StartAsync(string path, string seconds)
    {
        ProcessStartInfo start = new(path, [seconds, "60,30,10", "hold"]) { RedirectStandardOutput = true, RedirectStandardInput = true };

        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{path} did not start.");
        Workload workload = new(process, path);
        string? line = await process.StandardOutput.ReadLineAsync();
        return line == "ready" ? workload : throw new InvalidOperationException($"{path} said '{line}' instead of 'ready'.");
    }

    /// <summary>Waits until the work is done and reads what the program measured; it lives on until disposed.</summary>
    public async Task EndAsync(CancellationToken cancellation = default)
    {
        while (await _process.StandardOutput.ReadLineAsync(cancellation) is { } line and not "done")
        {
            string[] parts = line.Split(' ');
            if (parts is ["truth", _, _])
            {
                Truth[parts[1]] = long.Parse(parts[2], CultureInfo.InvariantCulture);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
