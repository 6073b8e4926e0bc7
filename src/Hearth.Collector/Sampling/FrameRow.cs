using Hearth.Collector.Processes;

namespace Hearth.Collector.Sampling;

/// <summary>A distinct place in code of one window.</summary>
/// <param name="Process">A process that has it, the one sampled there last; null for the kernel and for markers.</param>
/// <param name="Mapping">The mapping it lies in; empty for the kernel and for markers.</param>
/// <param name="Address">Address to look up; 0 for markers.</param>
/// <param name="Marker">Name of a frame that stands for something other than code; null for code.</param>
internal readonly record struct FrameRow(ProcessEntry? Process, ProcessMapping Mapping, ulong Address, string? Marker);
