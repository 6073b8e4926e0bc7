using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Hearth.Collector.Metering;
using Hearth.Collector.Processes;
using Hearth.Collector.Processes.Identity;
using Hearth.Collector.Processes.Targets;
using Microsoft.Diagnostics.NETCore.Client;

namespace Hearth.Collector.Runtimes.Dotnet;

/// <summary>
/// Asks .NET runtimes to write a perf map, over their diagnostic socket: once per process, never through a socket that belongs to
/// another user than the process. Those that were asked are asked to stop when the collector stops. Calls block: worker only.
/// </summary>
internal sealed class DotnetPerfMaps(TargetFiles files, string procRoot)
{
    /// <summary>Processes remembered for switching off.</summary>
    private const int EnabledMax = 4096;

    private const int DisablersMax = 8;

    private readonly Lock _gate = new();
    private readonly List<ProcessEntry> _enabled = [];

    /// <summary>Switches the perf map of a process on; returns a stable id of the result, <c>enabled</c> or why not.</summary>
    public string Enable(ProcessEntry process, ProcessStatus status)
    {
        string reason = Check(process, status);
        if (reason.Length == 0)
        {
            reason = Ask(process, static client => client.EnablePerfMap(PerfMapType.PerfMap));

            // It was on already, and its file was removed since: only a start makes another.
            if (reason == "enabled" && !files.TryGetStatus(process, PathOf(status.NamespacePid), out _, out _))
            {
                _ = Ask(process, static client => client.DisablePerfMap());
                reason = Ask(process, static client => client.EnablePerfMap(PerfMapType.PerfMap));
            }
        }

        if (reason == "enabled")
        {
            lock (_gate)
            {
                _enabled.RemoveAll(p => p.Exited || p == process);
                if (_enabled.Count < EnabledMax)
                {
                    _enabled.Add(process);
                }
            }
        }

        SymbolMeter.Runtime(reason);
        return reason;
    }

    /// <summary>
    /// Switches off what <see cref="Enable"/> switched on and still runs: several at a time, and all within
    /// <paramref name="wait"/>, since somebody waits for the collector to end. What was not reached is counted.
    /// </summary>
    public void DisableAll(TimeSpan wait)
    {
        ProcessEntry[] processes;
        lock (_gate)
        {
            processes = [.. _enabled.Where(static p => !p.Exited)];
            _enabled.Clear();
        }

        int done = 0;
        DeadlineWorker[] workers = new DeadlineWorker[Math.Min(processes.Length, DisablersMax)];
        for (int i = 0; i < processes.Length; i++)
        {
            ProcessEntry process = processes[i];
            DeadlineWorker worker = workers[i % workers.Length] ??= new DeadlineWorker("hearth-runtimes-off", wait);
            worker.TryPost(() =>
            {
                Disable(process);
                Interlocked.Increment(ref done);
            });
        }

        long began = Stopwatch.GetTimestamp();
        foreach (DeadlineWorker worker in workers)
        {
            TimeSpan left = wait - Stopwatch.GetElapsedTime(began);
            worker.WaitForPosted(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            worker.Dispose();
        }

        for (int i = Volatile.Read(ref done); i < processes.Length; i++)
        {
            SymbolMeter.Runtime("dotnet-disable-deadline");
        }
    }

    /// <summary>Where runtimes write their perf map, in the root of the process.</summary>
    internal static string PathOf(int namespacePid) => string.Create(CultureInfo.InvariantCulture, $"/tmp/perf-{namespacePid}.map");

    /// <summary>True when the process itself was started with its perf map on.</summary>
    internal static bool HasOwnPerfMap(ProcessEnvironment environment)
    {
        string? value = environment.Find("DOTNET_PerfMapEnabled") ?? environment.Find("COMPlus_PerfMapEnabled");
        return value is "1" or "3";
    }

    private void Disable(ProcessEntry process)
    {
        if (ProcessStatus.Read(procRoot, process) is { } status && CheckSocket(process, status).Length == 0)
        {
            SymbolMeter.Runtime(Ask(process, static client => client.DisablePerfMap()) == "enabled" ? "disabled" : "dotnet-disable");
        }
    }

    private string Check(ProcessEntry process, ProcessStatus status) =>
        HasOwnPerfMap(ProcessEnvironment.Read(procRoot, process.Pid)) ? "already-enabled" : CheckSocket(process, status);

    // The name holds the start time, so the socket of a former process with this pid is not taken for this one's.
    private string CheckSocket(ProcessEntry process, ProcessStatus status)
    {
        string path = string.Create(
            CultureInfo.InvariantCulture, $"/tmp/dotnet-diagnostic-{status.NamespacePid}-{status.StartTicks}-socket");
        if (!files.TryGetStatus(process, path, out FileStatus socket, out string reason))
        {
            return reason == "file-missing" ? "dotnet-no-socket" : "dotnet-socket-" + reason;
        }

        return !socket.IsSocket ? "dotnet-not-a-socket" : socket.OwnerUid == status.Uid ? "" : "dotnet-socket-owner";
    }

    private static string Ask(ProcessEntry process, Action<DiagnosticsClient> question)
    {
        try
        {
            question(new DiagnosticsClient(process.Pid));
            return "enabled";
        }
        catch (UnsupportedCommandException)
        {
            return "dotnet-before-8";
        }
        catch (DiagnosticsClientException)
        {
            return "dotnet-refused";
        }
        catch (Exception error) when (error is IOException or SocketException or TimeoutException or UnauthorizedAccessException)
        {
            return "dotnet-no-answer";
        }
    }
}
