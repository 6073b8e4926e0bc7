using System.Collections.Concurrent;
using System.Diagnostics;

namespace Hearth.Supervision;

/// <summary>
/// Starts all children from one thread that lives as long as the process. The kernel's parent-death signal follows the <em>thread</em>
/// that forked (prctl(2), PR_SET_PDEATHSIG), so a child started from a pool thread would be killed when the pool retires that thread.
/// </summary>
internal sealed class ChildLauncher : IDisposable
{
    private const int WaitingMax = 16;

    private readonly BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Done)> _requests = new(WaitingMax);

    public ChildLauncher()
    {
        // Background, so that it ends only with the process.
        new Thread(Run) { IsBackground = true, Name = "child launcher" }.Start();
    }

    /// <summary>Starts a process; a failure to start is the task's exception.</summary>
    public Task<Process> StartAsync(ProcessStartInfo start)
    {
        var done = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests.Add((start, done));
        return done.Task;
    }

    /// <summary>
    /// Takes no more requests. The thread itself stays parked: children that still drain must not lose their parent thread.
    /// </summary>
    public void Dispose() => _requests.CompleteAdding();

    private void Run()
    {
        foreach ((ProcessStartInfo start, TaskCompletionSource<Process> done) in _requests.GetConsumingEnumerable())
        {
            try
            {
                done.SetResult(Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start."));
            }
            catch (Exception failure) when (failure is System.ComponentModel.Win32Exception or InvalidOperationException or IOException)
            {
                done.SetException(failure);
            }
        }

        Thread.CurrentThread.Join(Timeout.Infinite);
    }
}
