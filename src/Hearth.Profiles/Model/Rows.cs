namespace Hearth.Profiles.Model;

/// <summary>A type and its unit, as string indices (OTLP and pprof ValueType).</summary>
public readonly record struct ValueType(int Type, int Unit);

/// <summary>Flags of a mapping, as pprof has them.</summary>
[Flags]
public enum MappingFlags : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Locations of this mapping have function names.</summary>
    HasFunctions = 1,

    /// <summary>Locations of this mapping have file names.</summary>
    HasFilenames = 2,

    /// <summary>Locations of this mapping have line numbers.</summary>
    HasLineNumbers = 4,

    /// <summary>Locations of this mapping have inlined frames expanded.</summary>
    HasInlineFrames = 8,
}

/// <summary>A mapped range of a process. Row 0 of its table means "unknown".</summary>
public struct Mapping
{
    /// <summary>First address.</summary>
    public ulong MemoryStart;

    /// <summary>First address behind the range.</summary>
    public ulong MemoryLimit;

    /// <summary>Offset in the file of <see cref="MemoryStart"/>, bytes.</summary>
    public ulong FileOffset;

    /// <summary>String: path or name of the file.</summary>
    public int Filename;

    /// <summary>String: build id, lower-case hex.</summary>
    public int BuildId;

    /// <summary>What the locations of this mapping carry.</summary>
    public MappingFlags Flags;

    /// <summary>Attribute set of what else the sender said.</summary>
    public int AttributeSet;
}

/// <summary>A function. Row 0 of its table means "unknown".</summary>
public struct Function
{
    /// <summary>String: the name people read.</summary>
    public int Name;

    /// <summary>String: the name the linker or runtime uses.</summary>
    public int SystemName;

    /// <summary>String: source file.</summary>
    public int Filename;

    /// <summary>First line, 1-based; 0 unknown.</summary>
    public long StartLine;
}

/// <summary>A source position inside a location.</summary>
public struct Line
{
    /// <summary>Function index.</summary>
    public int Function;

    /// <summary>1-based line; 0 unknown.</summary>
    public long LineNumber;

    /// <summary>1-based column; 0 unknown.</summary>
    public long ColumnNumber;
}

/// <summary>A place in code: one address, or one interpreted position. Row 0 of its table means "none".</summary>
public struct Location
{
    /// <summary>Mapping index; 0 unknown.</summary>
    public int Mapping;

    /// <summary>Address in the space of the mapping.</summary>
    public ulong Address;

    /// <summary>First of its lines in the line table.</summary>
    public int LineStart;

    /// <summary>Lines; more than one is inlining, the last is the outermost caller. 0: not symbolised.</summary>
    public int LineCount;

    /// <summary>pprof is_folded: identical code folded by the linker, the names may be another function's.</summary>
    public bool IsFolded;

    /// <summary>String: profile.frame.type of the semantic conventions ("native", "kernel", "dotnet", "cpython", …).</summary>
    public int FrameType;

    /// <summary>Attribute set of what else the sender said.</summary>
    public int AttributeSet;
}

/// <summary>A span a sample belongs to. Row 0 of its table means "none". Ids in W3C byte order, big-endian numbers.</summary>
public readonly record struct Link(UInt128 TraceId, ulong SpanId);

/// <summary>What kind of value an <see cref="Attribute"/> holds.</summary>
public enum AttributeKind : byte
{
    /// <summary>No value.</summary>
    None,

    /// <summary><see cref="Attribute.Text"/> is the string index.</summary>
    String,

    /// <summary><see cref="Attribute.Number"/> is the integer.</summary>
    Int,

    /// <summary><see cref="Attribute.Number"/> holds the bits of the double.</summary>
    Double,

    /// <summary><see cref="Attribute.Number"/> is 0 or 1.</summary>
    Bool,

    /// <summary><see cref="Attribute.Text"/> is the index of the raw bytes.</summary>
    Bytes,

    /// <summary><see cref="Attribute.Text"/> is the index of an encoded OTLP AnyValue (array or key-value list), kept as it came.</summary>
    Encoded,
}

/// <summary>A key, its value and unit: OTLP attribute or pprof label. Row 0 of its table means "none".</summary>
public readonly record struct Attribute(int Key, AttributeKind Kind, int Text, long Number, int Unit);

/// <summary>One sample: a stack with what was counted for it.</summary>
public struct Sample
{
    /// <summary>Stack index.</summary>
    public int Stack;

    /// <summary>Attribute set index; 0 none.</summary>
    public int AttributeSet;

    /// <summary>Link index; 0 none.</summary>
    public int Link;

    /// <summary>First of its values in <see cref="Profile.Values"/>.</summary>
    public int ValueStart;

    /// <summary>
    /// Its values: one per sample type (pprof), or one per event or one in all (OTLP), or none (OTLP, each timestamp counts 1).
    /// </summary>
    public int ValueCount;

    /// <summary>First of its event times in <see cref="Profile.Timestamps"/>.</summary>
    public int TimestampStart;

    /// <summary>Its event times; 0 when the sender sent none.</summary>
    public int TimestampCount;
}
