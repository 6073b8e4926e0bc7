using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using Hearth.Collector.Metering;
using Hearth.Collector.Processes.Targets;

namespace Hearth.Collector.Processes.Identity;

/// <summary>
/// Finds out who a process is. service.name comes from, in this order: the OTEL_CTX mapping, OTEL_SERVICE_NAME,
/// OTEL_RESOURCE_ATTRIBUTES, the container, the program. Other attributes are merged in the same order. Read once per process; a
/// context is looked for again in the first windows and re-read when the process published another.
/// </summary>
internal sealed class ProcessIdentifier : IProcessIdentifier, IDisposable
{
    private const int ServiceNameCharsMax = 255;
    private const int CommandLineBytesMax = 16 * 1024;
    private const int CgroupBytesMax = 16 * 1024;
    private const int ShortIdChars = 12;

    /// <summary>Windows within which a context is still looked for; it is asked in window 1, 2, 4, 8, 16.</summary>
    private const int ContextWindowsMax = 16;

    private readonly DeadlineWorker _worker;
    private readonly ConditionalWeakTable<ProcessEntry, IdentityState> _states = [];
    private readonly ProcessIdentity _kernel;
    private readonly string _procRoot;
    private readonly string _hostName;

    /// <summary>Reads processes below <paramref name="procRoot"/>; <paramref name="deadline"/> bounds what one process may take.</summary>
    public ProcessIdentifier(string procRoot, string hostName, TimeSpan deadline)
    {
        _procRoot = procRoot;
        _hostName = ResourceAttributes.Clean(hostName);
        _worker = new DeadlineWorker("hearth-identity", deadline);
        _kernel = new ProcessIdentity("kernel", [new("process.executable.name", "kernel"), new("host.name", _hostName)]);
    }

    /// <inheritdoc/>
    public void Observe(ProcessEntry process)
    {
        if (process.IsKernel)
        {
            return;
        }

        IdentityState state = _states.GetOrCreateValue(process);
        if (!_worker.TryPost(() => ReadFirst(process, state)))
        {
            SymbolMeter.WorkRefused("identity-queue");
        }
    }

    /// <inheritdoc/>
    public ProcessIdentity Identify(ProcessEntry process)
    {
        if (process.IsKernel)
        {
            return _kernel;
        }

        IdentityState state = _states.GetOrCreateValue(process);
        state.Windows++;
        if (!process.Exited && !state.IsSlow && IsDue(state))
        {
            if (!_worker.TryRun(() => Read(process, state)))
            {
                state.IsSlow = true;
                SymbolMeter.WorkRefused("identity-deadline");
            }
        }

        ProcessIdentity identity = state.Result?.Identity ?? Fallback(process);
        process.Identity = identity;
        return identity;
    }

    /// <inheritdoc/>
    public void Dispose() => _worker.Dispose();

    private static bool IsDue(IdentityState state) =>
        state.Result is not { } found
        || found.ContextAddress != 0
        || (state.Windows <= ContextWindowsMax && BitOperations.IsPow2(state.Windows));

    // A process that is gone before it was read: a fork of a known one is the same program; else its kernel name is left.
    private ProcessIdentity Fallback(ProcessEntry process)
    {
        ProcessEntry? parent = process.ForkedFrom;
        for (int generation = 0; parent is not null && generation < 8; generation++)
        {
            if (_states.TryGetValue(parent, out IdentityState? state) && state.Result is { } found)
            {
                return WithPid(found.Identity, process.Pid);
            }

            parent = parent.ForkedFrom;
        }

        string name = process.Comm.Length > 0 ? process.Comm : "unknown";
        return new ProcessIdentity(
            name, [new("process.executable.name", name), new("process.pid", (long)process.Pid), new("host.name", _hostName)]);
    }

    private static ProcessIdentity WithPid(ProcessIdentity identity, int pid) => identity with
    {
        Attributes = [.. identity.Attributes.Where(static a => a.Key != "process.pid"), new("process.pid", (long)pid)],
    };

    // What waited in the queue may come after the window that could not wait: then it is done already.
    private void ReadFirst(ProcessEntry process, IdentityState state)
    {
        if (state.Result is null)
        {
            Read(process, state);
        }
    }

    // Worker only.
    private void Read(ProcessEntry process, IdentityState state)
    {
        if (process.Exited || IsUnchanged(process, state.Result) || ProcessStatus.Read(_procRoot, process) is null)
        {
            return;
        }

        var attributes = new ResourceAttributes();
        ulong address = OtelProcessContext.FindAddress(_procRoot, process.Pid);
        ulong publishedAt = 0;
        if (address != 0)
        {
            var context = new ResourceAttributes();
            if (OtelProcessContext.TryRead(process.Pid, address, context, out publishedAt))
            {
                attributes.AddAll(context);
            }
        }

        string? service = attributes.ServiceName ?? ReadEnvironment(process, attributes);
        string program = ReadProgram(process, attributes, out string container);
        service ??= container.Length > 0 ? container : program;
        attributes.Add("process.pid", process.Pid);
        attributes.Add("host.name", _hostName);
        service = ResourceAttributes.Clean(service, ServiceNameCharsMax);

        // It may have ended, and its pid become another process's, while it was read.
        if (ProcessStatus.Read(_procRoot, process) is not null)
        {
            var identity = new ProcessIdentity(service.Length > 0 ? service : "unknown", [.. attributes.WithoutServiceName]);
            state.Result = new IdentityState.Found(identity, address, publishedAt);
        }
    }

    private static bool IsUnchanged(ProcessEntry process, IdentityState.Found? found) =>
        found is { ContextAddress: not 0 }
        && OtelProcessContext.ReadPublishTime(process.Pid, found.ContextAddress) == found.PublishedAt;

    private string? ReadEnvironment(ProcessEntry process, ResourceAttributes attributes)
    {
        ProcessEnvironment environment = ProcessEnvironment.Read(_procRoot, process.Pid);
        var told = new ResourceAttributes();
        if (environment.Find("OTEL_RESOURCE_ATTRIBUTES") is { } encoded)
        {
            told.AddEncoded(encoded);
        }

        attributes.AddAll(told);
        return environment.Find("OTEL_SERVICE_NAME") is { Length: > 0 } name ? name : told.ServiceName;
    }

    private string ReadProgram(ProcessEntry process, ResourceAttributes attributes, out string container)
    {
        string executable = ReadExecutableName(process);
        string cgroups = ReadText(process, "cgroup", CgroupBytesMax);
        string id = ContainerId.Find(cgroups);
        container = ContainerId.FindName(cgroups);
        container = container.Length > 0 || id.Length == 0 ? container : id[..ShortIdChars];
        attributes.Add("container.id", id);
        attributes.Add("process.executable.name", executable);
        attributes.Add("process.runtime.name", RuntimeOf(process, executable));
        string[] arguments = ReadText(process, "cmdline", CommandLineBytesMax).Split('\0');
        return ProgramName.Of(executable, arguments);
    }

    private static string RuntimeOf(ProcessEntry process, string executable)
    {
        foreach (ProcessMapping mapping in process.Maps.ToArray())
        {
            if (mapping.File.Kind == MappedFileKind.File && mapping.File.Name == "libcoreclr.so")
            {
                return ".NET";
            }
        }

        return ProgramName.RuntimeOf(executable) is "cpython" or "nodejs" ? ProgramName.RuntimeOf(executable) : "";
    }

    private string ReadExecutableName(ProcessEntry process)
    {
        const string deleted = " (deleted)";
        try
        {
            string path = new FileInfo(ProcessStatus.PathOf(_procRoot, process.Pid, "exe")).LinkTarget ?? "";
            path = path.EndsWith(deleted, StringComparison.Ordinal) ? path[..^deleted.Length] : path;
            string name = ResourceAttributes.Clean(path[(path.LastIndexOf('/') + 1)..], ServiceNameCharsMax);
            return name.Length > 0 ? name : process.Comm;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return process.Comm;
        }
    }

    private string ReadText(ProcessEntry process, string file, int bytesMax)
    {
        byte[] buffer = new byte[4096];
        int length = ProcFile.Read(ProcessStatus.PathOf(_procRoot, process.Pid, file), ref buffer, bytesMax);
        return length <= 0 ? "" : Encoding.UTF8.GetString(buffer, 0, length);
    }
}
