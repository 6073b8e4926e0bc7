using Hearth.Profiles.Model;

namespace Hearth.Storage.Reading;

/// <summary>A frame as stored.</summary>
/// <param name="Frame">Frame id.</param>
/// <param name="Mapping">Mapping id; 0 none.</param>
/// <param name="Address">Offset in the mapped file, bytes, or an address.</param>
/// <param name="Folded">pprof is_folded.</param>
/// <param name="Kind">profile.frame.type; empty unknown.</param>
/// <param name="Functions">Function ids, innermost inlined first.</param>
/// <param name="Lines">Source lines, one per function, or none.</param>
/// <param name="Columns">Source columns, one per function, or none.</param>
public sealed record ExportFrame(
    ulong Frame, ulong Mapping, ulong Address, bool Folded, string Kind, ulong[] Functions, long[] Lines, long[] Columns);

/// <summary>A function as stored.</summary>
/// <param name="Function">Function id.</param>
/// <param name="Name">The name people read.</param>
/// <param name="SystemName">The name the linker or runtime uses.</param>
/// <param name="File">Source file.</param>
/// <param name="StartLine">First line; 0 unknown.</param>
public sealed record ExportFunction(ulong Function, string Name, string SystemName, string File, long StartLine);

/// <summary>A mapping as stored.</summary>
/// <param name="Mapping">Mapping id.</param>
/// <param name="BuildId">Build id, lower-case hex; may be empty.</param>
/// <param name="File">Path or name.</param>
/// <param name="Flags">What its locations carry.</param>
public sealed record ExportMapping(ulong Mapping, string BuildId, string File, MappingFlags Flags);
