using System.Buffers.Binary;

namespace Hearth.Native.Elf;

/// <summary>Reads ELF notes: the build id of a file or of the running kernel (<c>/sys/kernel/notes</c>).</summary>
public static class ElfNotes
{
    /// <summary>Longest build id that is accepted, bytes. SHA-1 has 20; linkers also make 8, 16 and 32.</summary>
    public const int BuildIdBytesMax = 64;

    private const uint GnuBuildId = 3;

    /// <summary>Finds the NT_GNU_BUILD_ID note. False when there is none or the notes are damaged before it.</summary>
    /// <param name="notes">A note segment or section.</param>
    /// <param name="align">Alignment of the notes: 4, or 8 when the segment says so.</param>
    /// <param name="buildId">The bytes of the id, 1 to <see cref="BuildIdBytesMax"/>.</param>
    public static bool TryFindBuildId(ReadOnlySpan<byte> notes, int align, out ReadOnlySpan<byte> buildId)
    {
        while (notes.Length >= 12)
        {
            uint nameSize = BinaryPrimitives.ReadUInt32LittleEndian(notes);
            uint descriptionSize = BinaryPrimitives.ReadUInt32LittleEndian(notes[4..]);
            uint type = BinaryPrimitives.ReadUInt32LittleEndian(notes[8..]);
            ulong descriptionStart = AlignUp(12 + (ulong)nameSize, align);
            ulong descriptionEnd = descriptionStart + descriptionSize;
            if (descriptionEnd > (ulong)notes.Length)
            {
                break;
            }

            ReadOnlySpan<byte> name = notes.Slice(12, (int)nameSize);
            if (type == GnuBuildId && name.SequenceEqual("GNU\0"u8) && descriptionSize is > 0 and <= BuildIdBytesMax)
            {
                buildId = notes.Slice((int)descriptionStart, (int)descriptionSize);
                return true;
            }

            notes = notes[(int)Math.Min(AlignUp(descriptionEnd, align), (ulong)notes.Length)..];
        }

        buildId = default;
        return false;
    }

    private static ulong AlignUp(ulong value, int align) => (value + (ulong)align - 1) & ~((ulong)align - 1);
}
