namespace Hearth.Collector.Perf;

/// <summary>perf_event_type of include/uapi/linux/perf_event.h, as far as it is read here.</summary>
internal enum PerfRecordType : uint
{
    /// <summary>Records were lost because the ring was full.</summary>
    Lost = 2,

    /// <summary>A thread changed its name, or (misc 0x2000) its process executed a program.</summary>
    Comm = 3,

    /// <summary>A thread ended.</summary>
    Exit = 4,

    /// <summary>The kernel stops sampling for a moment.</summary>
    Throttle = 5,

    /// <summary>The kernel samples again.</summary>
    Unthrottle = 6,

    /// <summary>A thread or process began.</summary>
    Fork = 7,

    /// <summary>A sample.</summary>
    Sample = 9,

    /// <summary>An executable mapping.</summary>
    Mmap2 = 10,

    /// <summary>Samples were lost by hardware.</summary>
    LostSamples = 13,

    /// <summary>Kernel code came or went.</summary>
    Ksymbol = 17,
}
