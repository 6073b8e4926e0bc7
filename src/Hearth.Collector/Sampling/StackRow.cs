namespace Hearth.Collector.Sampling;

/// <summary>A distinct stack of a window with its count.</summary>
internal struct StackRow
{
    /// <summary>Hash of process, generation and addresses.</summary>
    public ulong Hash;

    /// <summary>Generation of the process's mappings when it was seen.</summary>
    public uint Generation;

    /// <summary>Process, by row in the window.</summary>
    public int Process;

    /// <summary>First of its addresses, kernel ones first.</summary>
    public int AddressStart;

    /// <summary>Addresses.</summary>
    public ushort AddressCount;

    /// <summary>How many of them are the kernel's.</summary>
    public ushort KernelCount;

    /// <summary>First of its frames.</summary>
    public int FrameStart;

    /// <summary>Frames, leaf first, markers included.</summary>
    public int FrameCount;

    /// <summary>Samples.</summary>
    public long Count;
}
