using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Hearth.Profiles.Labels;
using Hearth.Profiles.Model;

namespace Hearth.Profiles.Ids;

/// <summary>
/// Ids that are a pure function of content, so that every writer and every replay gives the same rows. Each is
/// <see cref="Xxh3.Hash128"/> over a canonical encoding; where 64 bits are stored they are the low ones.
/// <para>
/// The encoding: one tag byte (the kind of thing), then the parts in the order given at each method. A string is its length in
/// bytes as u32 little endian and its bytes as the sender wrote them; a number is eight bytes little endian (signed: two's
/// complement); a flag is one byte, 0 or 1; a list is its length as u32 little endian and its items. A stack alone has no tag: it is
/// the frame ids, eight bytes little endian each, leaf first, so that the store can compute the same from its array.
/// </para>
/// Changing any of it changes <see cref="IdVersion"/>. Nothing here allocates for parts up to a few hundred bytes; longer ones
/// use a pooled buffer.
/// </summary>
public static class ContentIds
{
    /// <summary>Version of the canonical encoding and of the hash; stored with the schema.</summary>
    public const int IdVersion = 1;

    private const byte FunctionTag = 1;
    private const byte MappingTag = 2;
    private const byte FrameTag = 3;
    private const byte SeriesTag = 4;
    private const int StackBytes = 512;

    /// <summary>A function: name, system name, file (strings), start line (number). Never 0.</summary>
    [SkipLocalsInit]
    public static ulong FunctionId(ReadOnlySpan<byte> name, ReadOnlySpan<byte> systemName, ReadOnlySpan<byte> file, long startLine)
    {
        int size = 1 + 12 + name.Length + systemName.Length + file.Length + 8;
        byte[]? rented = null;
        Span<byte> buffer = size <= StackBytes ? stackalloc byte[StackBytes] : (rented = ArrayPool<byte>.Shared.Rent(size));
        buffer[0] = FunctionTag;
        int at = Put(buffer, 1, name);
        at = Put(buffer, at, systemName);
        at = Put(buffer, at, file);
        at = Put(buffer, at, (ulong)startLine);
        return LowAndReturn(buffer[..at], rented);
    }

    /// <summary>A mapping: build id, file (strings). Ranges belong to a process, not to the mapping's id. Never 0.</summary>
    [SkipLocalsInit]
    public static ulong MappingId(ReadOnlySpan<byte> buildId, ReadOnlySpan<byte> file)
    {
        int size = 1 + 8 + buildId.Length + file.Length;
        byte[]? rented = null;
        Span<byte> buffer = size <= StackBytes ? stackalloc byte[StackBytes] : (rented = ArrayPool<byte>.Shared.Rent(size));
        buffer[0] = MappingTag;
        int at = Put(buffer, 1, buildId);
        at = Put(buffer, at, file);
        return LowAndReturn(buffer[..at], rented);
    }

    /// <summary>
    /// A frame: binary (string), address (number), folded (flag), kind (string), lines (list of function id, line, column; numbers).
    /// <para>
    /// Binary is the build id, or the mapping's file where there is none. The address is the file offset
    /// (<see cref="FrameAddress.Normalize"/>) and enters only where it is needed and lasting: when there is a build id, or when there
    /// are no lines to tell frames apart. A frame that has names but no build id (interpreted, just-in-time compiled) is its names and
    /// lines: its address is another in every process, so binary and address are hashed as empty and 0.
    /// </para>
    /// Lines are the ones the sender delivered: a native frame that is named later keeps the id it had. Never 0.
    /// </summary>
    [SkipLocalsInit]
    public static ulong FrameId(
        ReadOnlySpan<byte> buildId,
        ReadOnlySpan<byte> file,
        ulong fileOffset,
        bool folded,
        ReadOnlySpan<byte> kind,
        ReadOnlySpan<FrameLine> lines)
    {
        bool named = buildId.IsEmpty && !lines.IsEmpty;
        ReadOnlySpan<byte> binary = named ? default : buildId.IsEmpty ? file : buildId;
        int size = 1 + 4 + binary.Length + 8 + 1 + 4 + kind.Length + 4 + (lines.Length * 24);
        byte[]? rented = null;
        Span<byte> buffer = size <= StackBytes ? stackalloc byte[StackBytes] : (rented = ArrayPool<byte>.Shared.Rent(size));
        buffer[0] = FrameTag;
        int at = Put(buffer, 1, binary);
        at = Put(buffer, at, named ? 0 : fileOffset);
        buffer[at++] = folded ? (byte)1 : (byte)0;
        at = Put(buffer, at, kind);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer[at..], (uint)lines.Length);
        at += 4;
        foreach (FrameLine line in lines)
        {
            at = Put(buffer, at, line.Function);
            at = Put(buffer, at, (ulong)line.LineNumber);
            at = Put(buffer, at, (ulong)line.ColumnNumber);
        }

        return LowAndReturn(buffer[..at], rented);
    }

    /// <summary>
    /// The frame id of a location of a document. <paramref name="functionIds"/> has the id of every function row, by index.
    /// </summary>
    [SkipLocalsInit]
    public static ulong FrameId(SymbolTable symbols, in Location location, ReadOnlySpan<ulong> functionIds)
    {
        Mapping mapping = symbols.Mappings[location.Mapping];
        Span<Line> lines = symbols.LinesOf(location);
        FrameLine[]? rented = null;
        Span<FrameLine> hashed = lines.Length <= 16
            ? stackalloc FrameLine[16]
            : (rented = ArrayPool<FrameLine>.Shared.Rent(lines.Length));
        hashed = hashed[..lines.Length];
        for (int i = 0; i < lines.Length; i++)
        {
            hashed[i] = new FrameLine(functionIds[lines[i].Function], lines[i].LineNumber, lines[i].ColumnNumber);
        }

        StringTable strings = symbols.Strings;
        ulong id = FrameId(
            strings[mapping.BuildId],
            strings[mapping.Filename],
            FrameAddress.Normalize(mapping, location.Address),
            location.IsFolded,
            strings[location.FrameType],
            hashed);
        if (rented is not null)
        {
            ArrayPool<FrameLine>.Shared.Return(rented);
        }

        return id;
    }

    /// <summary>A stack: its frame ids, leaf first. The stored 64-bit id is its low half; the whole is kept as a check.</summary>
    public static UInt128 StackId(ReadOnlySpan<ulong> frames)
    {
        if (BitConverter.IsLittleEndian)
        {
            return Xxh3.Hash128(MemoryMarshal.AsBytes(frames));
        }

        byte[] buffer = new byte[frames.Length * 8];
        for (int i = 0; i < frames.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(buffer.AsSpan(i * 8), frames[i]);
        }

        return Xxh3.Hash128(buffer);
    }

    /// <summary>
    /// A series, or a group of series: the list of its labels in order, each a name and a value (strings). The profile type is
    /// not part of it.
    /// </summary>
    [SkipLocalsInit]
    public static ulong SeriesId(LabelSet labels)
    {
        int size = 1 + 4;
        foreach (Label label in labels.Span)
        {
            size += 8 + Encoding.UTF8.GetByteCount(label.Name) + Encoding.UTF8.GetByteCount(label.Value);
        }

        byte[]? rented = null;
        Span<byte> buffer = size <= 2048 ? stackalloc byte[2048] : (rented = ArrayPool<byte>.Shared.Rent(size));
        buffer[0] = SeriesTag;
        BinaryPrimitives.WriteUInt32LittleEndian(buffer[1..], (uint)labels.Count);
        int at = 5;
        foreach (Label label in labels.Span)
        {
            at = Put(buffer, at, label.Name);
            at = Put(buffer, at, label.Value);
        }

        return LowAndReturn(buffer[..at], rented);
    }

    /// <summary>The low half of a hash, which is the stored id; 0, which means "none", is moved to 1.</summary>
    public static ulong Low(UInt128 hash)
    {
        ulong low = (ulong)hash;
        return low == 0 ? 1 : low;
    }

    private static ulong LowAndReturn(ReadOnlySpan<byte> encoded, byte[]? rented)
    {
        ulong id = Low(Xxh3.Hash128(encoded));
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return id;
    }

    private static int Put(Span<byte> buffer, int at, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(buffer[at..], (uint)value.Length);
        value.CopyTo(buffer[(at + 4)..]);
        return at + 4 + value.Length;
    }

    private static int Put(Span<byte> buffer, int at, string value)
    {
        int length = Encoding.UTF8.GetBytes(value, buffer[(at + 4)..]);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer[at..], (uint)length);
        return at + 4 + length;
    }

    private static int Put(Span<byte> buffer, int at, ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(buffer[at..], value);
        return at + 8;
    }
}
