namespace Hearth.Collector.Processes;

/// <summary>An executable range of a process.</summary>
/// <param name="Start">First address.</param>
/// <param name="Limit">First address behind the range.</param>
/// <param name="Offset">Offset in the file of <paramref name="Start"/>, bytes.</param>
/// <param name="File">What is mapped.</param>
internal readonly record struct ProcessMapping(ulong Start, ulong Limit, ulong Offset, MappedFile File)
{
    /// <summary>The offset in the file of an address in this range.</summary>
    public ulong OffsetOf(ulong address) => address - Start + Offset;
}
