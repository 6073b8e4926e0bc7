namespace Hearth.Collector.Processes.Targets;

/// <summary>What statx(2) tells about a file.</summary>
/// <param name="Mode">Type and permissions, as st_mode.</param>
/// <param name="OwnerUid">User id of the owner, in the collector's user namespace.</param>
/// <param name="Identity">Device, inode, time and size.</param>
internal readonly record struct FileStatus(uint Mode, uint OwnerUid, FileIdentity Identity)
{
    private const uint TypeMask = 0xF000;

    /// <summary>True for a regular file.</summary>
    public bool IsRegular => (Mode & TypeMask) == 0x8000;

    /// <summary>True for a socket.</summary>
    public bool IsSocket => (Mode & TypeMask) == 0xC000;
}
