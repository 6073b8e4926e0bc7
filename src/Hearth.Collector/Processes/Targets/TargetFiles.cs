using System.Globalization;
using Hearth.Native.Bytes;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Collector.Processes.Targets;

/// <summary>
/// Opens files of other processes. What a target can arrange (links out of its root, FIFOs, devices, other files under the same
/// name, a pid used again) ends in a refusal with a reason. Calls may hang on a file system of the target: they belong on a
/// <see cref="DeadlineWorker"/>.
/// </summary>
internal sealed class TargetFiles(string procRoot)
{
    /// <summary>Largest file that is opened, bytes.</summary>
    public const long FileBytesMax = 4L * 1024 * 1024 * 1024;

    private const string Deleted = " (deleted)";

    /// <summary>
    /// Opens what is mapped: by the kernel's own reference to the mapped inode when that is permitted, else by its path, if that
    /// still leads to the same inode.
    /// </summary>
    /// <param name="process">Who has the mapping.</param>
    /// <param name="mapping">A mapping of kind <see cref="MappedFileKind.File"/>.</param>
    /// <param name="reason">Why not: a stable id.</param>
    public TargetFile? OpenMapped(ProcessEntry process, in ProcessMapping mapping, out string reason)
    {
        string link = string.Create(
            CultureInfo.InvariantCulture, $"{procRoot}/{process.Pid}/map_files/{mapping.Start:x}-{mapping.Limit:x}");
        using (SafeFileHandle? reference = FileCalls.OpenReference(link, out _))
        {
            if (reference is not null && FileCalls.TryGetStatus(reference, out FileStatus status)
                && (mapping.File.Inode == 0 || status.Identity.Inode == mapping.File.Inode) && IsStill(process))
            {
                return Finish(reference, status, out reason);
            }
        }

        string path = mapping.File.Path;
        path = path.EndsWith(Deleted, StringComparison.Ordinal) ? path[..^Deleted.Length] : path;
        TargetFile? file = Open(process, path, out reason);
        if (file is null || IsSame(file.Status.Identity, mapping.File))
        {
            return file;
        }

        file.Dispose();
        reason = "file-replaced";
        return null;
    }

    /// <summary>Opens a path as the process sees it.</summary>
    public TargetFile? Open(ProcessEntry process, string path, out string reason)
    {
        using SafeFileHandle? reference = OpenReference(process, path, out reason);
        if (reference is null)
        {
            return null;
        }

        if (!FileCalls.TryGetStatus(reference, out FileStatus status))
        {
            reason = "file-status";
            return null;
        }

        return Finish(reference, status, out reason);
    }

    /// <summary>Opens the program that the process runs.</summary>
    public TargetFile? OpenExecutable(ProcessEntry process, out string reason)
    {
        using SafeFileHandle? reference = FileCalls.OpenReference(
            string.Create(CultureInfo.InvariantCulture, $"{procRoot}/{process.Pid}/exe"), out int error);
        if (reference is null || !FileCalls.TryGetStatus(reference, out FileStatus status))
        {
            reason = Reason(error);
            return null;
        }

        if (!IsStill(process))
        {
            reason = "process-gone";
            return null;
        }

        return Finish(reference, status, out reason);
    }

    /// <summary>What a path is, as the process sees it; nothing is opened.</summary>
    public bool TryGetStatus(ProcessEntry process, string path, out FileStatus status, out string reason)
    {
        status = default;
        using SafeFileHandle? reference = OpenReference(process, path, out reason);
        return reference is not null && FileCalls.TryGetStatus(reference, out status);
    }

    private SafeFileHandle? OpenReference(ProcessEntry process, string path, out string reason)
    {
        if (path.Length == 0 || path[0] != '/')
        {
            reason = "file-no-path";
            return null;
        }

        using SafeFileHandle? root = FileCalls.OpenReference(
            string.Create(CultureInfo.InvariantCulture, $"{procRoot}/{process.Pid}/root"), out int error);
        if (root is null)
        {
            reason = error is 2 or 3 ? "process-gone" : Reason(error);
            return null;
        }

        // After the root is held: a pid that was used again by then is found out here, a later one does no harm.
        if (!IsStill(process))
        {
            reason = "process-gone";
            return null;
        }

        SafeFileHandle? reference = FileCalls.OpenReferenceBelow(root, path, out error);
        reason = reference is null ? Reason(error) : "";
        return reference;
    }

    private static TargetFile? Finish(SafeFileHandle reference, in FileStatus status, out string reason)
    {
        if (!status.IsRegular)
        {
            reason = "file-not-regular";
            return null;
        }

        if (status.Identity.Size is <= 0 or > FileBytesMax)
        {
            reason = status.Identity.Size <= 0 ? "file-empty" : "file-too-large";
            return null;
        }

        SafeFileHandle? handle = FileCalls.Reopen(reference, out int error);
        if (handle is null)
        {
            reason = Reason(error);
            return null;
        }

        reason = "";
        return new TargetFile(new FileBytes(handle, status.Identity.Size), status, FileCalls.IsLocal(handle));
    }

    // overlayfs and Btrfs mappings are told with another device than stat gives, one of them without a major number: then the
    // inode has to do.
    private static bool IsSame(in FileIdentity opened, MappedFile mapped) =>
        mapped.Inode == 0
        || (opened.Inode == mapped.Inode
            && (opened.Device == mapped.Device || mapped.Device >> 32 == 0 || opened.Device >> 32 == 0));

    private bool IsStill(ProcessEntry process)
    {
        if (process.Exited)
        {
            return false;
        }

        if (process.StartTicks == 0)
        {
            return true;
        }

        byte[] buffer = new byte[1024];
        int length = ProcFile.Read(
            string.Create(CultureInfo.InvariantCulture, $"{procRoot}/{process.Pid}/stat"), ref buffer, buffer.Length);
        return length > 0 && ProcStat.TryParse(buffer.AsSpan(0, length), out ProcStat stat) && stat.StartTicks == process.StartTicks;
    }

    private static string Reason(int error) => error switch
    {
        1 or 13 => "file-denied",
        2 or 3 or 20 => "file-missing",
        18 or 40 => "file-link",
        38 => "openat2-unsupported",
        _ => "file-error",
    };
}
