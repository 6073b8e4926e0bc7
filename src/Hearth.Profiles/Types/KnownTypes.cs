namespace Hearth.Profiles.Types;

/// <summary>
/// The profile types that senders are known to use, with their kind. An id that a data source already knows is reused rather
/// than a new one made, since the data source decides from the id whether it draws a rate.
/// </summary>
internal static class KnownTypes
{
    /// <summary>Id and kind.</summary>
    public static readonly (string Id, ProfileKind Kind)[] Table =
    [
        ("process_cpu:cpu:nanoseconds:cpu:nanoseconds", ProfileKind.Delta),
        ("process_cpu:samples:count:cpu:nanoseconds", ProfileKind.Delta),
        ("process_cpu:cpu_samples:count:cpu:nanoseconds", ProfileKind.Delta),
        ("process_cpu:cpu:nanoseconds:wall:nanoseconds", ProfileKind.Delta),
        ("wall:wall:nanoseconds:wall:nanoseconds", ProfileKind.Delta),
        ("wall:samples:count:wall:nanoseconds", ProfileKind.Delta),
        ("wall:wall:nanoseconds:cpu:nanoseconds", ProfileKind.Delta),
        ("off_cpu:off_cpu:nanoseconds::", ProfileKind.Delta),
        ("offcpu:offcpu:nanoseconds::", ProfileKind.Delta),
        ("memory:alloc_objects:count:space:bytes", ProfileKind.Delta),
        ("memory:alloc_space:bytes:space:bytes", ProfileKind.Delta),
        ("memory:alloc_samples:count:space:bytes", ProfileKind.Delta),
        ("memory:alloc_size:bytes:space:bytes", ProfileKind.Delta),
        ("memory:alloc_in_new_tlab_objects:count:space:bytes", ProfileKind.Delta),
        ("memory:alloc_in_new_tlab_bytes:bytes:space:bytes", ProfileKind.Delta),
        ("memory:alloc_outside_tlab_objects:count:space:bytes", ProfileKind.Delta),
        ("memory:alloc_outside_tlab_bytes:bytes:space:bytes", ProfileKind.Delta),
        ("memory:alloc_sample_objects:count:space:bytes", ProfileKind.Delta),
        ("memory:alloc_sample_bytes:bytes:space:bytes", ProfileKind.Delta),
        ("memory:malloc_objects:count::", ProfileKind.Delta),
        ("memory:malloc_bytes:bytes::", ProfileKind.Delta),
        ("memory:inuse_objects:count:space:bytes", ProfileKind.Gauge),
        ("memory:inuse_space:bytes:space:bytes", ProfileKind.Gauge),
        ("memory:inuse_objects:count:inuse_space:bytes", ProfileKind.Gauge),
        ("memory:inuse_space:bytes:inuse_space:bytes", ProfileKind.Gauge),
        ("memory:live:count:objects:count", ProfileKind.Gauge),
        ("mutex:contentions:count:contentions:count", ProfileKind.Delta),
        ("mutex:delay:nanoseconds:contentions:count", ProfileKind.Delta),
        ("mutex:contentions:count:mutex:count", ProfileKind.Delta),
        ("mutex:delay:nanoseconds:mutex:count", ProfileKind.Delta),
        ("block:contentions:count:contentions:count", ProfileKind.Delta),
        ("block:delay:nanoseconds:contentions:count", ProfileKind.Delta),
        ("block:contentions:count:block:count", ProfileKind.Delta),
        ("block:delay:nanoseconds:block:count", ProfileKind.Delta),
        ("goroutine:goroutine:count:goroutine:count", ProfileKind.Gauge),
        ("goroutines:goroutine:count:goroutine:count", ProfileKind.Gauge),
        ("lock:lock_count:count:cpu:nanoseconds", ProfileKind.Delta),
        ("lock:lock_time:nanoseconds:cpu:nanoseconds", ProfileKind.Delta),
        ("exception:exception:count:cpu:nanoseconds", ProfileKind.Delta),
        ("gc:cpu:nanoseconds:cpu:nanoseconds", ProfileKind.Delta),
        ("gc:cpu_samples:count:cpu:nanoseconds", ProfileKind.Delta),
        ("gc:gc_cpu_timeline:nanoseconds:cpu:nanoseconds", ProfileKind.Delta),
        ("gc:gc_stw_timeline:nanoseconds:cpu:nanoseconds", ProfileKind.Delta),
        ("network:request_time:nanoseconds:cpu:nanoseconds", ProfileKind.Delta),
        ("thread_lifetime:thread_lifetime_timeline:nanoseconds:cpu:nanoseconds", ProfileKind.Delta),
        ("cycles:cycles:count:cycles:count", ProfileKind.Delta),
        ("instructions:instructions:count:instructions:count", ProfileKind.Delta),
    ];

    /// <summary>
    /// OTLP pairs of type and unit that have a settled id whatever period the sender names. CPU and wall time counted in
    /// samples depend on the period and are handled by the registry itself.
    /// </summary>
    public static readonly (string Type, string Unit, string Id)[] FromOtlp =
    [
        ("cpu", "nanoseconds", "process_cpu:cpu:nanoseconds:cpu:nanoseconds"),
        ("wall", "nanoseconds", "wall:wall:nanoseconds:wall:nanoseconds"),
        ("off_cpu", "nanoseconds", "off_cpu:off_cpu:nanoseconds::"),
        ("alloc_objects", "count", "memory:alloc_objects:count:space:bytes"),
        ("alloc_space", "bytes", "memory:alloc_space:bytes:space:bytes"),
        ("alloc_samples", "count", "memory:alloc_samples:count:space:bytes"),
        ("alloc_size", "bytes", "memory:alloc_size:bytes:space:bytes"),
        ("inuse_objects", "count", "memory:inuse_objects:count:space:bytes"),
        ("inuse_space", "bytes", "memory:inuse_space:bytes:space:bytes"),
        ("live", "count", "memory:live:count:objects:count"),
        ("malloc_objects", "count", "memory:malloc_objects:count::"),
        ("malloc_bytes", "bytes", "memory:malloc_bytes:bytes::"),
        ("contentions", "count", "mutex:contentions:count:contentions:count"),
        ("delay", "nanoseconds", "mutex:delay:nanoseconds:contentions:count"),
        ("lock_count", "count", "lock:lock_count:count:cpu:nanoseconds"),
        ("lock_time", "nanoseconds", "lock:lock_time:nanoseconds:cpu:nanoseconds"),
        ("goroutine", "count", "goroutine:goroutine:count:goroutine:count"),
        ("exception", "count", "exception:exception:count:cpu:nanoseconds"),
        ("exceptions", "count", "exception:exception:count:cpu:nanoseconds"),
        ("cycles", "count", "cycles:cycles:count:cycles:count"),
        ("instructions", "count", "instructions:instructions:count:instructions:count"),
    ];
}
