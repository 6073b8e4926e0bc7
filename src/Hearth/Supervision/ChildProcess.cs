using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Hearth.Lifetime;

namespace Hearth.Supervision;

/// <summary>One running child: its ready line, its end, and the ways to end it.</summary>
internal sealed partial class ChildProcess : IDisposable
{
    private const int SigTerm = 15;

    private readonly Process _process;
    private readonly TaskCompletionSource<ReadyLine> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(string role, Process process)
    {
        Role = role;
        _process = process;
        Exited = WatchAsync();
    }

    /// <summary>The role it runs.</summary>
    public string Role { get; }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Completes with the child's ready line; never completes when the child ends without one.</summary>
    public Task<ReadyLine> Ready => _ready.Task;

    /// <summary>Completes with the exit code when the child has ended.</summary>
    public Task<int> Exited { get; }

    /// <summary>Starts a child with pipes on standard input and output; standard error stays this process's own.</summary>
    public static async Task<ChildProcess> StartAsync(ChildSpec spec, int failures, ChildLauncher launcher)
    {
        ProcessStartInfo start = OwnBinary.StartInfo([spec.Role, .. spec.Arguments(failures)]);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.Environment[SupervisedChild.SupervisorPidKey] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        foreach ((string key, string? value) in spec.Environment(failures))
        {
            start.Environment[key] = value;
        }

        return new ChildProcess(spec.Role, await launcher.StartAsync(start));
    }

    /// <summary>Asks the child to drain and end: a signal, and the end of its input in case it is not yet listening for signals.</summary>
    public void AskToEnd()
    {
        try
        {
            if (!_process.HasExited)
            {
                _ = Kill(_process.Id, SigTerm);
                _process.StandardInput.Close();
            }
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException)
        {
            // The child ended meanwhile.
        }
    }

    /// <summary>Ends the child at once.</summary>
    public void End()
    {
        try
        {
            _process.Kill();
        }
        catch (Exception failure) when (failure is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            // The child ended meanwhile.
        }
    }

    /// <inheritdoc />
    public void Dispose() => _process.Dispose();

    private async Task<int> WatchAsync()
    {
        try
        {
            while (await _process.StandardOutput.ReadLineAsync() is { } line)
            {
                if (ReadyLine.TryParse(line, out ReadyLine ready))
                {
                    _ready.TrySetResult(ready);
                }
            }
        }
        catch (IOException)
        {
            // The pipe broke: the child is ending, and its exit says the rest.
        }

        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
