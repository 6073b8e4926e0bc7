using System.Buffers.Binary;
using System.Text;
using Hearth.Native.Bytes;

namespace Hearth.Native.Elf;

/// <summary>
/// The tables of a 64-bit little-endian ELF file: segments and sections, read by offset from a file that may be
/// hostile. Holds the source without owning it. Layouts: elf(5), System V gABI chapter 4.
/// </summary>
/// <remarks>
/// Readers of what sections hold (symbols here; unwind tables, line tables and Go's function table elsewhere) start from
/// <see cref="TryFindSection"/> and <see cref="TryRead"/>.
/// </remarks>
public sealed class ElfImage
{
    /// <summary>Program headers that are accepted.</summary>
    public const int SegmentsMax = 512;

    /// <summary>Sections that are accepted.</summary>
    public const int SectionsMax = 65_536;

    /// <summary>Largest note segment that is searched for the build id, bytes.</summary>
    public const int NotesBytesMax = 64 * 1024;

    private const int HeaderSize = 64;
    private const int SegmentRowSize = 56;
    private const int SectionRowSize = 64;

    private readonly ElfSegment[] _segments;
    private readonly ElfSection[] _sections;
    private readonly int _namesSection;

    private ElfImage(ByteSource source, ushort machine, ElfSegment[] segments, ElfSection[] sections, int namesSection)
    {
        Source = source;
        Machine = machine;
        _segments = segments;
        _sections = sections;
        _namesSection = namesSection;
    }

    /// <summary>e_machine: 62 x86-64, 183 AArch64.</summary>
    public ushort Machine { get; }

    /// <summary>The file.</summary>
    public ByteSource Source { get; }

    /// <summary>Program headers in file order.</summary>
    public ReadOnlySpan<ElfSegment> Segments => _segments;

    /// <summary>Sections in file order; row 0 is the null section. Empty when the file has none.</summary>
    public ReadOnlySpan<ElfSection> Sections => _sections;

    /// <summary>Reads the tables. Null with a reason when the file is not one this reader takes.</summary>
    public static ElfImage? Open(ByteSource source, out ElfError error)
    {
        ArgumentNullException.ThrowIfNull(source);
        Span<byte> header = stackalloc byte[HeaderSize];
        error = CheckHeader(source, header);
        if (error != ElfError.None)
        {
            return null;
        }

        ElfSection[] sections = ReadSections(source, header, out int namesSection, out uint segmentCount, ref error);
        ElfSegment[] segments = error == ElfError.None ? ReadSegments(source, header, segmentCount, ref error) : [];
        ushort machine = BinaryPrimitives.ReadUInt16LittleEndian(header[18..]);
        return error == ElfError.None ? new ElfImage(source, machine, segments, sections, namesSection) : null;
    }

    /// <summary>The virtual address of a byte of the file, by the loaded segments. False when it is not loaded.</summary>
    public bool TryGetAddress(ulong fileOffset, out ulong address)
    {
        foreach (ref readonly ElfSegment segment in _segments.AsSpan())
        {
            if (segment.Type == ElfSegment.Load && fileOffset - segment.Offset < segment.FileSize && fileOffset >= segment.Offset)
            {
                address = unchecked(segment.Address + (fileOffset - segment.Offset));
                return true;
            }
        }

        address = 0;
        return false;
    }

    /// <summary>The place in the file of a virtual address. False when no loaded segment holds it in the file.</summary>
    public bool TryGetFileOffset(ulong address, out ulong fileOffset)
    {
        foreach (ref readonly ElfSegment segment in _segments.AsSpan())
        {
            if (segment.Type == ElfSegment.Load && address >= segment.Address && address - segment.Address < segment.FileSize)
            {
                fileOffset = unchecked(segment.Offset + (address - segment.Address));
                return true;
            }
        }

        fileOffset = 0;
        return false;
    }

    /// <summary>The first section of that name.</summary>
    public bool TryFindSection(ReadOnlySpan<byte> name, out ElfSection section)
    {
        Span<byte> text = stackalloc byte[64];
        for (int i = 1; i < _sections.Length; i++)
        {
            int length = ReadName(_sections[i], text);
            if (length == name.Length && text[..length].SequenceEqual(name))
            {
                section = _sections[i];
                return true;
            }
        }

        section = default;
        return false;
    }

    /// <summary>
    /// The bytes of a section, at most <paramref name="bytesMax"/> of them. False when it is larger, compressed, has none, or
    /// lies outside the file.
    /// </summary>
    public bool TryRead(in ElfSection section, int bytesMax, out byte[] bytes)
    {
        const ulong Compressed = 0x800;
        bytes = [];
        if (section.Type == ElfSection.NoBits || (section.Flags & Compressed) != 0 || section.Size > (ulong)bytesMax
            || !Fits(Source, section.Offset, section.Size))
        {
            return false;
        }

        bytes = new byte[(int)section.Size];
        return Source.TryReadExactly((long)section.Offset, bytes);
    }

    /// <summary>The GNU build id as lower-case hex; empty when the file has none.</summary>
    public string ReadBuildId()
    {
        foreach (ref readonly ElfSegment segment in _segments.AsSpan())
        {
            if (segment.Type == ElfSegment.Note
                && TryReadBuildId(segment.Offset, segment.FileSize, segment.Align, out string buildId))
            {
                return buildId;
            }
        }

        foreach (ref readonly ElfSection section in _sections.AsSpan())
        {
            if (section.Type == ElfSection.Notes && TryReadBuildId(section.Offset, section.Size, 4, out string buildId))
            {
                return buildId;
            }
        }

        return "";
    }

    /// <summary>The <c>.gnu_debuglink</c> of a stripped file; null when there is none or its name is not a plain file name.</summary>
    public ElfDebugLink? ReadDebugLink()
    {
        if (!TryFindSection(".gnu_debuglink"u8, out ElfSection section) || !TryRead(section, 4096, out byte[] bytes))
        {
            return null;
        }

        int end = bytes.AsSpan().IndexOf((byte)0);
        int crcAt = (end + 4) & ~3;
        if (end is <= 0 or > 255 || crcAt + 4 > bytes.Length)
        {
            return null;
        }

        ReadOnlySpan<byte> name = bytes.AsSpan(0, end);
        return name.IndexOfAny((byte)'/', (byte)'\\') >= 0 || name.SequenceEqual("."u8) || name.SequenceEqual(".."u8)
            ? null
            : new ElfDebugLink(Encoding.UTF8.GetString(name), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(crcAt)));
    }

    internal static bool Fits(ByteSource source, ulong offset, ulong size) =>
        size <= (ulong)source.Length && offset <= (ulong)source.Length - size;

    private static ElfError CheckHeader(ByteSource source, Span<byte> header)
    {
        if (!source.TryReadExactly(0, header))
        {
            return header[..4].SequenceEqual("\u007fELF"u8) || source.Length == 0 ? ElfError.Truncated : ElfError.NotElf;
        }

        if (!header[..4].SequenceEqual("\u007fELF"u8))
        {
            return ElfError.NotElf;
        }

        return (header[4], header[5], header[6]) switch
        {
            (2, 1, 1) => ElfError.None,
            (1, _, _) => ElfError.Is32Bit,
            (2, 2, _) => ElfError.IsBigEndian,
            _ => ElfError.BadHeader,
        };
    }

    private static ElfSection[] ReadSections(
        ByteSource source, ReadOnlySpan<byte> header, out int namesSection, out uint segmentCount, ref ElfError error)
    {
        ulong tableOffset = BinaryPrimitives.ReadUInt64LittleEndian(header[40..]);
        int rowSize = BinaryPrimitives.ReadUInt16LittleEndian(header[58..]);
        ulong count = BinaryPrimitives.ReadUInt16LittleEndian(header[60..]);
        segmentCount = BinaryPrimitives.ReadUInt16LittleEndian(header[56..]);
        namesSection = BinaryPrimitives.ReadUInt16LittleEndian(header[62..]);
        if (tableOffset == 0)
        {
            return [];
        }

        Span<byte> row = stackalloc byte[SectionRowSize];
        if (rowSize < SectionRowSize || !Fits(source, tableOffset, (ulong)rowSize))
        {
            error = rowSize < SectionRowSize ? ElfError.BadHeader : ElfError.Truncated;
            return [];
        }

        // Row 0 carries the counts that do not fit the header (gABI, "extended numbering").
        if (!source.TryReadExactly((long)tableOffset, row))
        {
            error = ElfError.Truncated;
            return [];
        }

        ElfSection first = ParseSection(row);
        count = count == 0 ? first.Size : count;
        namesSection = namesSection == 0xFFFF ? (int)Math.Min(first.Link, SectionsMax) : namesSection;
        segmentCount = segmentCount == 0xFFFF ? BinaryPrimitives.ReadUInt32LittleEndian(row[44..]) : segmentCount;
        if (count > SectionsMax)
        {
            error = ElfError.TooManySections;
            return [];
        }

        return ReadSectionRows(source, tableOffset, rowSize, (int)count, ref error);
    }

    private static ElfSection[] ReadSectionRows(ByteSource source, ulong tableOffset, int rowSize, int count, ref ElfError error)
    {
        if (!Fits(source, tableOffset, (ulong)rowSize * (ulong)count))
        {
            error = ElfError.Truncated;
            return [];
        }

        Span<byte> row = stackalloc byte[SectionRowSize];
        var sections = new ElfSection[count];
        for (int i = 0; i < count; i++)
        {
            if (!source.TryReadExactly((long)tableOffset + ((long)i * rowSize), row))
            {
                error = ElfError.Truncated;
                return [];
            }

            sections[i] = ParseSection(row);
        }

        return sections;
    }

    private static ElfSection ParseSection(ReadOnlySpan<byte> row) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(row),
        BinaryPrimitives.ReadUInt32LittleEndian(row[4..]),
        BinaryPrimitives.ReadUInt64LittleEndian(row[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(row[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(row[24..]),
        BinaryPrimitives.ReadUInt64LittleEndian(row[32..]),
        BinaryPrimitives.ReadUInt32LittleEndian(row[40..]),
        BinaryPrimitives.ReadUInt64LittleEndian(row[56..]));

    private static ElfSegment[] ReadSegments(ByteSource source, ReadOnlySpan<byte> header, uint count, ref ElfError error)
    {
        ulong tableOffset = BinaryPrimitives.ReadUInt64LittleEndian(header[32..]);
        int rowSize = BinaryPrimitives.ReadUInt16LittleEndian(header[54..]);
        if (count == 0)
        {
            return [];
        }

        if (count > SegmentsMax || rowSize < SegmentRowSize)
        {
            error = count > SegmentsMax ? ElfError.TooManySegments : ElfError.BadHeader;
            return [];
        }

        Span<byte> row = stackalloc byte[SegmentRowSize];
        var segments = new ElfSegment[count];
        for (int i = 0; i < segments.Length; i++)
        {
            ulong at = unchecked(tableOffset + ((ulong)i * (ulong)rowSize));
            if (!Fits(source, at, SegmentRowSize) || !source.TryReadExactly((long)at, row))
            {
                error = ElfError.Truncated;
                return [];
            }

            segments[i] = new ElfSegment(
                BinaryPrimitives.ReadUInt32LittleEndian(row),
                BinaryPrimitives.ReadUInt32LittleEndian(row[4..]),
                BinaryPrimitives.ReadUInt64LittleEndian(row[8..]),
                BinaryPrimitives.ReadUInt64LittleEndian(row[16..]),
                BinaryPrimitives.ReadUInt64LittleEndian(row[32..]),
                BinaryPrimitives.ReadUInt64LittleEndian(row[40..]),
                BinaryPrimitives.ReadUInt64LittleEndian(row[48..]));
        }

        return segments;
    }

    private int ReadName(in ElfSection section, Span<byte> into)
    {
        if (_namesSection <= 0 || _namesSection >= _sections.Length)
        {
            return -1;
        }

        ref readonly ElfSection names = ref _sections[_namesSection];
        return section.NameOffset < names.Size && Fits(Source, names.Offset, names.Size)
            ? Source.ReadText((long)(names.Offset + section.NameOffset), into)
            : -1;
    }

    private bool TryReadBuildId(ulong offset, ulong size, ulong align, out string buildId)
    {
        buildId = "";
        if (size > NotesBytesMax || !Fits(Source, offset, size))
        {
            return false;
        }

        var notes = new byte[(int)size];
        if (!Source.TryReadExactly((long)offset, notes)
            || !ElfNotes.TryFindBuildId(notes, align == 8 ? 8 : 4, out ReadOnlySpan<byte> id))
        {
            return false;
        }

        buildId = Convert.ToHexStringLower(id);
        return true;
    }
}
