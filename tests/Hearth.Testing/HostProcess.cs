using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace Hearth.Testing;

/// <summary>The real <c>hearth</c> binary as a user starts it, with what it writes and the ways to end it.</summary>
public sealed partial class HostProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const int SigInt = 2;

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource<string> _readyLine = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource Seen)> _awaited = [];
    private readonly Task _pipes;

    private HostProcess(Process process)
    {
        _process = process;
        _pipes = Task.WhenAll(PumpAsync(process.StandardOutput, _output, NoteOutput), PumpAsync(process.StandardError, _errors, NoteError));
    }

    /// <summary>The binary built with these tests.</summary>
    public static string Binary { get; } = Path.Combine(Repository.Root, "artifacts", "bin", "Hearth", BuildName, "hearth");

    /// <summary>The configuration these tests were built in is the last part of their folder.</summary>
    private static string BuildName => Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    /// <summary>Process id.</summary>
    public int Id => _process.Id;

    /// <summary>Endpoints of the ready line by name (<c>http</c>, <c>otlp-grpc</c>, …); empty before it.</summary>
    public IReadOnlyDictionary<string, IPEndPoint> Endpoints { get; private set; } = new Dictionary<string, IPEndPoint>();

    /// <summary>Standard error so far.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    /// <summary>Standard output so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts the binary; a null value in the environment removes a variable. Variables of an outer Hearth are removed.</summary>
    public static HostProcess Start(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? environment = null) =>
        StartProgram([Binary, .. arguments], environment);

    /// <summary>Starts any command line that ends in the binary, such as one behind <c>setpriv</c>.</summary>
    public static HostProcess StartProgram(IReadOnlyList<string> command, IReadOnlyDictionary<string, string?>? environment = null)
    {
        ArgumentNullException.ThrowIfNull(command);
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (string argument in command.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        bool IsOuter(string key) => key.StartsWith("SUDO_", StringComparison.Ordinal)
            || (key.StartsWith("HEARTH_", StringComparison.Ordinal) && key != "HEARTH_ENGINE_LIBRARY");
        foreach (string key in start.Environment.Keys.Where(IsOuter).ToList())
        {
            start.Environment.Remove(key);
        }

        foreach ((string key, string? value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[key] = value;
        }

        return new HostProcess(Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start."));
    }

    /// <summary>Waits for the ready line; fails with what was written when the process ends or the time is over.</summary>
    public async Task<string> ReadyAsync(TimeSpan within)
    {
        Task ended = _process.WaitForExitAsync();
        if (await Task.WhenAny(_readyLine.Task, ended, Task.Delay(within)) == _readyLine.Task)
        {
            return await _readyLine.Task;
        }

        string how = ended.IsCompleted ? $"ended with exit code {_process.ExitCode}" : $"was not ready within {within.TotalSeconds} s";
        throw new InvalidOperationException($"hearth {how}; it wrote:\n{Output}\n{Errors}");
    }

    /// <summary>Waits until a line on standard error, already written or to come, fits.</summary>
    public async Task SaysAsync(Func<string, bool> wanted, TimeSpan within)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_errors)
        {
            if (_errors.ToString().Split('\n').Any(wanted))
            {
                return;
            }

            _awaited.Add((wanted, seen));
        }

        if (await Task.WhenAny(seen.Task, Task.Delay(within)) != seen.Task)
        {
            throw new TimeoutException($"hearth did not say what was expected within {within.TotalSeconds} s; it wrote:\n{Errors}");
        }
    }

    /// <summary>Waits for the end and gives the exit code.</summary>
    public async Task<int> ExitAsync(TimeSpan within)
    {
        using var deadline = new CancellationTokenSource(within);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"hearth did not end within {within.TotalSeconds} s; it wrote:\n{Output}\n{Errors}");
        }

        await _pipes.WaitAsync(TimeSpan.FromSeconds(5));
        return _process.ExitCode;
    }

    /// <summary>Asks it to drain and end, as an orchestrator does.</summary>
    public void Terminate() => _ = SendSignal(_process.Id, SigTerm);

    /// <summary>What Ctrl-C in a terminal sends.</summary>
    public void Interrupt() => _ = SendSignal(_process.Id, SigInt);

    /// <summary>Kills this process alone, not its children.</summary>
    public void Kill() => _process.Kill();

    /// <summary>The children of this process: process id and role.</summary>
    public IReadOnlyList<(int Id, string Role)> Children() =>
    [
        .. from folder in Directory.EnumerateDirectories("/proc")
           let id = int.TryParse(Path.GetFileName(folder), out int number) ? number : 0
           where id > 0 && ParentOf(id) == _process.Id
           select (id, RoleOf(id)),
    ];

    /// <summary>True while a process exists and is not a zombie.</summary>
    public static bool IsAlive(int id) => StatOf(id) is { Length: > 0 } stat && stat[0] is not ("Z" or "X");

    /// <summary>Real user of a process.</summary>
    public static int UserOf(int id) => int.Parse(
        File.ReadLines($"/proc/{id}/status").First(l => l.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1],
        System.Globalization.CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Terminate();
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            try
            {
                await _process.WaitForExitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }

    private void NoteOutput(string line)
    {
        if (!line.StartsWith("ready", StringComparison.Ordinal))
        {
            return;
        }

        Endpoints = line.Split(' ').Skip(1).Select(w => w.Split('=', 2)).ToDictionary(w => w[0], w => IPEndPoint.Parse(w[1]));
        _readyLine.TrySetResult(line);
    }

    private void NoteError(string line)
    {
        foreach ((Func<string, bool> wanted, TaskCompletionSource seen) in _awaited)
        {
            if (wanted(line))
            {
                seen.TrySetResult();
            }
        }
    }

    private static async Task PumpAsync(StreamReader from, StringBuilder to, Action<string> note)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (to)
            {
                to.AppendLine(line);
                note(line);
            }
        }
    }

    private static string RoleOf(int id)
    {
        try
        {
            string[] arguments = File.ReadAllText($"/proc/{id}/cmdline").Split('\0');
            return arguments.FirstOrDefault(a => a is "engine" or "serve" or "collect") ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static int ParentOf(int id) => StatOf(id) is { Length: > 1 } stat && int.TryParse(stat[1], out int parent) ? parent : 0;

    /// <summary>The fields of /proc/PID/stat after the name, which may itself hold spaces and brackets.</summary>
    private static string[] StatOf(int id)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
