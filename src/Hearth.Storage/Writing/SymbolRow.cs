using Hearth.Profiles.Model;

namespace Hearth.Storage.Writing;

/// <summary>A stack, for <see cref="StackRows"/>.</summary>
public readonly ref struct StackRow
{
    /// <summary>Tenant, UTF-8.</summary>
    public required ReadOnlySpan<byte> Tenant { get; init; }

    /// <summary>Service name, UTF-8: stack ids are scoped to it.</summary>
    public required ReadOnlySpan<byte> Service { get; init; }

    /// <summary>The whole hash; its low 64 bits are the stack id.</summary>
    public required UInt128 Hash { get; init; }

    /// <summary>Frame ids, leaf first.</summary>
    public required ReadOnlySpan<ulong> Frames { get; init; }

    /// <summary>When it was seen, Unix seconds.</summary>
    public required long SeenSeconds { get; init; }
}

/// <summary>A frame, for <see cref="FrameRows"/>.</summary>
public readonly ref struct FrameRow
{
    /// <summary>Tenant, UTF-8.</summary>
    public required ReadOnlySpan<byte> Tenant { get; init; }

    /// <summary>Frame id.</summary>
    public required ulong Frame { get; init; }

    /// <summary>Mapping id; 0 none.</summary>
    public required ulong Mapping { get; init; }

    /// <summary>Offset in the mapped file, bytes; an address where there is no file; 0 for interpreted code.</summary>
    public required ulong Address { get; init; }

    /// <summary>pprof is_folded.</summary>
    public bool Folded { get; init; }

    /// <summary>profile.frame.type of the OpenTelemetry semantic conventions, UTF-8; empty unknown.</summary>
    public ReadOnlySpan<byte> Kind { get; init; }

    /// <summary>
    /// Version of the names: of several rows the highest wins, so symbols found later replace earlier ones. 0 as delivered.
    /// </summary>
    public uint NamesVersion { get; init; }

    /// <summary>Function ids, innermost inlined first; empty when the frame has no symbols.</summary>
    public ReadOnlySpan<ulong> Functions { get; init; }

    /// <summary>Source lines, one per function; 0 unknown.</summary>
    public ReadOnlySpan<long> Lines { get; init; }

    /// <summary>Source columns, one per function; 0 unknown.</summary>
    public ReadOnlySpan<long> Columns { get; init; }

    /// <summary>When it was seen, Unix seconds.</summary>
    public required long SeenSeconds { get; init; }
}

/// <summary>A function, for <see cref="FunctionRows"/>.</summary>
public readonly ref struct FunctionRow
{
    /// <summary>Tenant, UTF-8.</summary>
    public required ReadOnlySpan<byte> Tenant { get; init; }

    /// <summary>Function id.</summary>
    public required ulong Function { get; init; }

    /// <summary>The name people read, UTF-8.</summary>
    public required ReadOnlySpan<byte> Name { get; init; }

    /// <summary>The name the linker or runtime uses, UTF-8.</summary>
    public ReadOnlySpan<byte> SystemName { get; init; }

    /// <summary>Source file, UTF-8.</summary>
    public ReadOnlySpan<byte> File { get; init; }

    /// <summary>First line; 0 unknown.</summary>
    public long StartLine { get; init; }

    /// <summary>When it was seen, Unix seconds.</summary>
    public required long SeenSeconds { get; init; }
}

/// <summary>A mapped file, for <see cref="MappingRows"/>.</summary>
public readonly ref struct MappingRow
{
    /// <summary>Tenant, UTF-8.</summary>
    public required ReadOnlySpan<byte> Tenant { get; init; }

    /// <summary>Mapping id.</summary>
    public required ulong Mapping { get; init; }

    /// <summary>Build id, lower-case hex, UTF-8; may be empty.</summary>
    public required ReadOnlySpan<byte> BuildId { get; init; }

    /// <summary>Path or name, UTF-8.</summary>
    public required ReadOnlySpan<byte> File { get; init; }

    /// <summary>What its locations carry; flags of several rows add up.</summary>
    public MappingFlags Flags { get; init; }

    /// <summary>When it was seen, Unix seconds.</summary>
    public required long SeenSeconds { get; init; }
}

/// <summary>
/// What pprof says once per profile and many profiles say alike, for <see cref="HeaderRows"/>: with it an exported pprof has the
/// run-time addresses, comments and filters of the original.
/// </summary>
public readonly ref struct HeaderRow
{
    /// <summary>Tenant, UTF-8.</summary>
    public required ReadOnlySpan<byte> Tenant { get; init; }

    /// <summary>Header id: a hash of the content.</summary>
    public required ulong Header { get; init; }

    /// <summary>Sample type that is shown first, UTF-8.</summary>
    public ReadOnlySpan<byte> DefaultSampleType { get; init; }

    /// <summary>pprof drop_frames, UTF-8.</summary>
    public ReadOnlySpan<byte> DropFrames { get; init; }

    /// <summary>pprof keep_frames, UTF-8.</summary>
    public ReadOnlySpan<byte> KeepFrames { get; init; }

    /// <summary>pprof doc_url, UTF-8.</summary>
    public ReadOnlySpan<byte> DocUrl { get; init; }

    /// <summary>pprof comments, one after the other, each ended by a line feed, UTF-8.</summary>
    public ReadOnlySpan<byte> Comments { get; init; }

    /// <summary>Sample types and units of the profile in order, "type/unit", each ended by a line feed, UTF-8.</summary>
    public ReadOnlySpan<byte> SampleTypes { get; init; }

    /// <summary>Mapping ids of the process, one per range.</summary>
    public ReadOnlySpan<ulong> Mappings { get; init; }

    /// <summary>First address of each range.</summary>
    public ReadOnlySpan<ulong> Starts { get; init; }

    /// <summary>First address behind each range.</summary>
    public ReadOnlySpan<ulong> Limits { get; init; }

    /// <summary>File offset of each range, bytes.</summary>
    public ReadOnlySpan<ulong> Offsets { get; init; }

    /// <summary>When it was seen, Unix seconds.</summary>
    public required long SeenSeconds { get; init; }
}
