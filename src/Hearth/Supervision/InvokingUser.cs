using System.Globalization;
using System.Runtime.InteropServices;

namespace Hearth.Supervision;

/// <summary>
/// Whose rights the storing and answering children should have. Under <c>sudo</c> only the collector needs root: the rest runs as the
/// person who typed the command, and what it writes belongs to that person.
/// </summary>
internal sealed partial record InvokingUser(uint Uid, uint Gid, string Name, string Home)
{
    /// <summary>True when this process runs as root.</summary>
    public static bool IsRoot => CurrentUid == 0;

    /// <summary>The user whose rights this process has.</summary>
    public static uint CurrentUid => GetEffectiveUser();

    /// <summary>The person behind sudo, or null when there is none or it is root itself.</summary>
    public static InvokingUser? BehindSudo()
    {
        if (!IsRoot
            || !uint.TryParse(Environment.GetEnvironmentVariable("SUDO_UID"), CultureInfo.InvariantCulture, out uint uid) || uid == 0
            || !uint.TryParse(Environment.GetEnvironmentVariable("SUDO_GID"), CultureInfo.InvariantCulture, out uint gid))
        {
            return null;
        }

        string[]? entry = PasswdEntry(uid);
        return new InvokingUser(uid, gid, entry?[0] ?? "", entry?[5] is { Length: > 0 } home ? home : "/");
    }

    /// <summary>The value for <see cref="Hearth.Lifetime.SupervisedChild.RunAsKey"/>.</summary>
    public string RunAs => string.Create(CultureInfo.InvariantCulture, $"{Uid}:{Gid}:{Name}");

    /// <summary>Gives a directory and what is in it to the person. Links are neither followed nor given.</summary>
    public void Own(string directory)
    {
        _ = ChangeOwner(directory, Uid, Gid);
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (string entry in Directory.EnumerateFileSystemEntries(directory, "*", everything))
        {
            _ = ChangeOwner(entry, Uid, Gid);
        }
    }

    /// <summary>The fields of a user in the passwd file; users from other sources keep their number only.</summary>
    private static string[]? PasswdEntry(uint uid)
    {
        string text = uid.ToString(CultureInfo.InvariantCulture);
        return File.Exists("/etc/passwd")
            ? File.ReadLines("/etc/passwd").Select(l => l.Split(':')).FirstOrDefault(f => f.Length >= 7 && f[2] == text)
            : null;
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint owner, uint group);
}
