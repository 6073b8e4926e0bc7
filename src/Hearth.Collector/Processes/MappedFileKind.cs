namespace Hearth.Collector.Processes;

/// <summary>What lies behind an executable mapping.</summary>
internal enum MappedFileKind : byte
{
    /// <summary>A file with a path, an inode and so offsets that mean something outside this process.</summary>
    File,

    /// <summary>
    /// Memory that a program filled with code by itself: anonymous, <c>memfd:doublemapper</c> (.NET with W^X), other memfds,
    /// <c>[heap]</c>, <c>[stack]</c>. Addresses mean something in this process only.
    /// </summary>
    Jit,

    /// <summary>The kernel's <c>[vdso]</c>: the same bytes in every process.</summary>
    Vdso,

    /// <summary>The fixed <c>[vsyscall]</c> page.</summary>
    Vsyscall,
}
