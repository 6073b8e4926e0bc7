using System.Globalization;
using System.Runtime.InteropServices;

namespace Hearth.Lifetime;

/// <summary>
/// What a process does at its very start when a supervisor started it: take the rights it was told to take, and arrange to die with the
/// supervisor. The kernel forgets the death signal when the user changes (credentials(7), prctl(2)), so the order matters.
/// </summary>
internal static partial class SupervisedChild
{
    /// <summary>Environment variable with the supervisor's process id; present means "you are a child".</summary>
    public const string SupervisorPidKey = "HEARTH_SUPERVISOR_PID";

    /// <summary>Environment variable with <c>uid:gid:name</c> to run as.</summary>
    public const string RunAsKey = "HEARTH_RUN_AS";

    private const int PrSetPdeathsig = 1;
    private const int PrSetDumpable = 4;
    private const int SigKill = 9;

    /// <summary>True when a supervisor started this process.</summary>
    public static bool IsSupervised => Environment.GetEnvironmentVariable(SupervisorPidKey) is { Length: > 0 };

    /// <summary>Does both steps; false (after a line on standard error) when the process must not go on.</summary>
    public static bool BindToSupervisor()
    {
        string? supervisor = Environment.GetEnvironmentVariable(SupervisorPidKey);
        if (string.IsNullOrEmpty(supervisor))
        {
            return true;
        }

        string? runAs = Environment.GetEnvironmentVariable(RunAsKey);
        if (!string.IsNullOrEmpty(runAs) && !TakeRightsOf(runAs))
        {
            return false;
        }

        // The parent may have died between fork and prctl: then no signal will come, but the parent id has changed.
        return int.TryParse(supervisor, CultureInfo.InvariantCulture, out int pid)
            && Prctl(PrSetPdeathsig, SigKill, 0, 0, 0) == 0
            && GetParentId() == pid;
    }

    /// <summary>Becomes the given user for good: groups first, then group, then user, because each step needs the rights of root.</summary>
    private static bool TakeRightsOf(string runAs)
    {
        string[] parts = runAs.Split(':', 3);
        if (parts.Length != 3 || !uint.TryParse(parts[0], CultureInfo.InvariantCulture, out uint uid)
            || !uint.TryParse(parts[1], CultureInfo.InvariantCulture, out uint gid))
        {
            Console.Error.WriteLine($"hearth: {RunAsKey} is not uid:gid:name; this variable is for hearth's own use");
            return false;
        }

        int grouped = parts[2].Length > 0 ? InitGroups(parts[2], gid) : SetGroups(0, 0);
        if (grouped != 0 || SetResGid(gid, gid, gid) != 0 || SetResUid(uid, uid, uid) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            Console.Error.WriteLine($"hearth: cannot take the rights of user {uid} (error {error}); start hearth as that user");
            return false;
        }

        if (SetResUid(0, 0, 0) == 0)
        {
            Console.Error.WriteLine("hearth: the rights of root could not be given up for good; not starting");
            return false;
        }

        // A change of user makes the process undumpable, which hides its /proc files from its own user and from the collector's view of it.
        _ = Prctl(PrSetDumpable, 1, 0, 0, 0);
        try
        {
            using FileStream own = File.OpenRead(typeof(SupervisedChild).Assembly.Location);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException)
        {
            string folder = AppContext.BaseDirectory;
            Console.Error.WriteLine($"hearth: user {parts[2]} cannot read {folder}; install hearth where that user can read it");
            return false;
        }

        return true;
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Prctl(int option, nuint arg2, nuint arg3, nuint arg4, nuint arg5);

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int GetParentId();

    [LibraryImport("libc", EntryPoint = "setresuid", SetLastError = true)]
    private static partial int SetResUid(uint real, uint effective, uint saved);

    [LibraryImport("libc", EntryPoint = "setresgid", SetLastError = true)]
    private static partial int SetResGid(uint real, uint effective, uint saved);

    [LibraryImport("libc", EntryPoint = "setgroups", SetLastError = true)]
    private static partial int SetGroups(nuint count, nint groups);

    [LibraryImport("libc", EntryPoint = "initgroups", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int InitGroups(string user, uint group);
}
