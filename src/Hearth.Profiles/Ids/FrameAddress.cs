using Hearth.Profiles.Model;

namespace Hearth.Profiles.Ids;

/// <summary>Run-time addresses and the file offsets that frames are stored under.</summary>
public static class FrameAddress
{
    /// <summary>
    /// The address a frame is stored under. Inside a mapping that names a build id or a file, with a start other than 0 and
    /// start ≤ address &lt; limit: address − start + file offset, which is the same in every process whatever the loader chose.
    /// Otherwise the address as it was sent (already a file address, an offset of a just-in-time method, or unknown).
    /// </summary>
    public static ulong Normalize(in Mapping mapping, ulong address)
    {
        bool identified = mapping.BuildId != 0 || mapping.Filename != 0;
        bool inside = mapping.MemoryStart != 0 && address >= mapping.MemoryStart && address < mapping.MemoryLimit;
        return identified && inside ? address - mapping.MemoryStart + mapping.FileOffset : address;
    }

    /// <summary>The run-time address of a stored one where <paramref name="mapping"/> is: the reverse of <see cref="Normalize"/>.</summary>
    public static ulong Restore(in Mapping mapping, ulong fileOffset)
    {
        ulong size = mapping.MemoryLimit - mapping.MemoryStart;
        bool inside = mapping.MemoryStart != 0 && mapping.MemoryLimit > mapping.MemoryStart
            && fileOffset >= mapping.FileOffset && fileOffset - mapping.FileOffset < size;
        return inside ? fileOffset - mapping.FileOffset + mapping.MemoryStart : fileOffset;
    }
}
