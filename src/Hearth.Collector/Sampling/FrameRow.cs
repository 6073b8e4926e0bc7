using Hearth.Collector.Processes;

namespace Hearth.Collector.Sampling;

/// <summary>A distinct place in code of one window.</summary>
/// <param name="Process">A process that has it, the one sampled there last; null for the kernel.</param>
/// <param name="Mapping">The mapping it lies in; empty for the kernel.</param>
/// <param name="Address">Address to look up.</param>
internal readonly record struct FrameRow(ProcessEntry? Process, ProcessMapping Mapping, ulong Address);
