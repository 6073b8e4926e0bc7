namespace Hearth.Collector.Processes;

/// <summary>
/// The identity of what is mapped, shared by every process that maps it: device, inode and path as the kernel tells them.
/// One instance per identity as long as <see cref="MappedFileTable"/> remembers it, so reference equality is a fast key.
/// </summary>
internal sealed class MappedFile
{
    /// <summary>Describes a mapped file.</summary>
    public MappedFile(MappedFileKind kind, string path, ulong device, ulong inode, ulong generation)
    {
        Kind = kind;
        Path = path;
        Device = device;
        Inode = inode;
        Generation = generation;
    }

    /// <summary>What it is.</summary>
    public MappedFileKind Kind { get; }

    /// <summary>
    /// Path in the mount namespace of the process that mapped it (target's text, control characters replaced, at most
    /// 4 096 characters); <c>(deleted)</c> stays as the kernel adds it. Empty for anonymous memory.
    /// </summary>
    public string Path { get; }

    /// <summary>Device, major × 2^32 + minor; 0 unknown.</summary>
    public ulong Device { get; }

    /// <summary>Inode number; 0 unknown.</summary>
    public ulong Inode { get; }

    /// <summary>Inode generation, when a perf record told it; else 0. Not part of the identity: /proc/pid/maps does not tell it.</summary>
    public ulong Generation { get; }

    /// <summary>The last part of <see cref="Path"/>, without <c>(deleted)</c>.</summary>
    public string Name
    {
        get
        {
            const string deleted = " (deleted)";
            ReadOnlySpan<char> path = Path.AsSpan();
            if (path.EndsWith(deleted, StringComparison.Ordinal))
            {
                path = path[..^deleted.Length];
            }

            return path[(path.LastIndexOf('/') + 1)..].ToString();
        }
    }

    /// <summary>True when addresses inside mean the same in every process.</summary>
    public bool IsShared => Kind != MappedFileKind.Jit;

    /// <inheritdoc/>
    public override string ToString() => Path.Length == 0 ? "//anon" : Path;
}
