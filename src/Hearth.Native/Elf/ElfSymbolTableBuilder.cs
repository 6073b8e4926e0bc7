using System.Buffers.Binary;
using Hearth.Native.Bytes;
using Hearth.Native.Names;

namespace Hearth.Native.Elf;

/// <summary>
/// Turns one symbol section into ranges: functions sorted by address, one name per address, nested ranges cut out of the
/// outer one, and a gap where no function is.
/// </summary>
internal sealed class ElfSymbolTableBuilder(ElfImage image, ElfSection section, int symbolsMax)
{
    private const int RowSize = 24;
    private const int NestingMax = 8;
    private const uint NoName = uint.MaxValue;
    private const uint AlignmentMax = 16;
    private const ushort Aarch64 = 183;

    // A name is compared with its aliases by at most this much of it.
    private const int ComparedBytesMax = 512;

    private readonly byte[] _left = new byte[ComparedBytesMax];
    private readonly byte[] _right = new byte[ComparedBytesMax];
    private readonly List<uint> _starts = [];
    private readonly List<uint> _functions = [];
    private readonly List<uint> _nameOffsets = [];
    private ElfSection _names;
    private ulong _base;

    public ElfSymbolTable? Build(out ElfError error)
    {
        error = CheckTables();
        if (error != ElfError.None)
        {
            return null;
        }

        List<Candidate> found = ReadFunctions(ref error);
        if (error != ElfError.None || found.Count == 0)
        {
            error = error == ElfError.None ? ElfError.NoSymbols : error;
            return null;
        }

        found.Sort();
        int count = KeepOneNamePerAddress(found);
        Flatten(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(found)[..count]);
        return new ElfSymbolTable(
            image.Source, _base, (long)_names.Offset, [.. _starts], [.. _functions], [.. _nameOffsets]);
    }

    private ElfError CheckTables()
    {
        if (section.EntrySize != RowSize || section.Link == 0 || section.Link >= (uint)image.Sections.Length)
        {
            return ElfError.BadHeader;
        }

        _names = image.Sections[(int)section.Link];
        if (section.Type == ElfSection.NoBits || _names.Type == ElfSection.NoBits)
        {
            return ElfError.NoSymbols;
        }

        _base = ulong.MaxValue;
        foreach (ref readonly ElfSegment segment in image.Segments)
        {
            _base = segment.Type == ElfSegment.Load ? Math.Min(_base, segment.Address) : _base;
        }

        _base = _base == ulong.MaxValue ? 0 : _base;
        return ElfImage.Fits(image.Source, section.Offset, section.Size) && ElfImage.Fits(image.Source, _names.Offset, _names.Size)
            ? ElfError.None
            : ElfError.Truncated;
    }

    private List<Candidate> ReadFunctions(ref ElfError error)
    {
        const int RowsPerRead = 1024;
        var found = new List<Candidate>();
        var rows = new byte[RowSize * RowsPerRead];
        ulong total = section.Size / RowSize;
        for (ulong at = 0; at < total; at += RowsPerRead)
        {
            int count = (int)Math.Min(RowsPerRead, total - at);
            Span<byte> part = rows.AsSpan(0, count * RowSize);
            if (!image.Source.TryReadExactly((long)(section.Offset + (at * RowSize)), part))
            {
                error = ElfError.Truncated;
                return found;
            }

            for (; !part.IsEmpty; part = part[RowSize..])
            {
                if (TryTake(part, out Candidate candidate))
                {
                    found.Add(candidate);
                }
            }

            if (found.Count > symbolsMax)
            {
                error = ElfError.TooManySymbols;
                return found;
            }
        }

        return found;
    }

    private bool TryTake(ReadOnlySpan<byte> row, out Candidate candidate)
    {
        const int NoType = 0;
        const int Function = 2;
        const int IndirectFunction = 10;
        candidate = default;
        uint name = BinaryPrimitives.ReadUInt32LittleEndian(row);
        int type = row[4] & 15;
        int binding = row[4] >> 4;
        ushort at = BinaryPrimitives.ReadUInt16LittleEndian(row[6..]);
        ulong address = BinaryPrimitives.ReadUInt64LittleEndian(row[8..]);
        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(row[16..]);
        bool isFunction = type is Function or IndirectFunction;
        bool isLabel = type == NoType && size == 0;
        if (name == 0 || name >= _names.Size || at == 0 || (!isFunction && !isLabel) || address < _base)
        {
            return false;
        }

        if (!TryLimit(at, isLabel, address, ref size, out ulong limit) || address - _base >= uint.MaxValue)
        {
            return false;
        }

        // Mapping symbols of the AArch64 ABI ($x, $d) mark code and data and name nothing.
        if (isLabel && image.Machine == Aarch64 && ReadNameAt(name, _left) is [(byte)'$', ..])
        {
            return false;
        }

        ulong end = Math.Min(size == 0 ? limit : address + size, _base + uint.MaxValue);
        candidate = new Candidate(
            (uint)(address - _base), (uint)(end - _base), name, Rank(isLabel, binding, size), size != 0);
        return true;
    }

    // Where a symbol must end: at the end of its section. Symbols outside code, and damaged sizes, are left out or cut.
    private bool TryLimit(ushort at, bool isLabel, ulong address, ref ulong size, out ulong limit)
    {
        const ushort FirstReserved = 0xFF00;
        limit = ulong.MaxValue;
        if (at >= FirstReserved || at >= image.Sections.Length)
        {
            size = Math.Min(size, ulong.MaxValue - address);
            return at >= FirstReserved && !isLabel && size != 0;
        }

        ref readonly ElfSection home = ref image.Sections[at];
        if (!home.IsExecutable || address < home.Address || address - home.Address >= home.Size
            || home.Size > ulong.MaxValue - home.Address)
        {
            return false;
        }

        limit = home.Address + home.Size;
        size = Math.Min(size, limit - address);
        return true;
    }

    // Lower is better: typed before labels, with a size before without, visible to the linker before local.
    private static byte Rank(bool isLabel, int binding, ulong size) =>
        (byte)((isLabel ? 4 : 0) + (size == 0 ? 2 : 0) + (binding == 0 ? 1 : 0));

    private ReadOnlySpan<byte> ReadNameAt(uint name, byte[] buffer)
    {
        int length = image.Source.ReadText((long)_names.Offset + name, buffer);
        return buffer.AsSpan(0, Math.Max(length, 0));
    }

    private int KeepOneNamePerAddress(List<Candidate> sorted)
    {
        int kept = 0;
        for (int i = 0; i < sorted.Count; i++)
        {
            Candidate next = sorted[i];
            if (kept == 0 || sorted[kept - 1].Start != next.Start)
            {
                sorted[kept++] = next;
                continue;
            }

            // Sorted by rank within an address: only names of the same rank compete.
            Candidate best = sorted[kept - 1];
            if (next.Rank == best.Rank
                && AliasOrder.Compare(ReadNameAt(next.Name, _left), ReadNameAt(best.Name, _right)) < 0)
            {
                best = best with { Name = next.Name };
            }

            sorted[kept - 1] = next.HasSize && next.End > best.End ? best with { End = next.End } : best;
        }

        return kept;
    }

    // Sweeps by address with a stack of open functions: the innermost one owns the address.
    private void Flatten(ReadOnlySpan<Candidate> sorted)
    {
        Span<Candidate> open = stackalloc Candidate[NestingMax];
        int depth = 0;
        foreach (ref readonly Candidate next in sorted)
        {
            depth = CloseUntil(open, depth, next.Start);

            // A label inside a function is a jump target; without a size nothing tells where it ends.
            if (!next.HasSize && depth > 0 && open[depth - 1].HasSize)
            {
                continue;
            }

            if (depth > 0 && !open[depth - 1].HasSize)
            {
                depth--;
            }

            if (depth == NestingMax)
            {
                continue;
            }

            open[depth++] = next;
            Emit(next.Start, next.Start, next.Name);
        }

        CloseUntil(open, depth, uint.MaxValue);
    }

    private int CloseUntil(Span<Candidate> open, int depth, uint address)
    {
        while (depth > 0 && open[depth - 1].End <= address)
        {
            uint end = open[--depth].End;
            while (depth > 0 && open[depth - 1].End <= end)
            {
                depth--;
            }

            if (depth > 0)
            {
                Emit(end, open[depth - 1].Start, open[depth - 1].Name);
            }
            else
            {
                Emit(end, end, NoName);
            }
        }

        return depth;
    }

    private void Emit(uint start, uint function, uint name)
    {
        // A gap no longer than what aligns functions is not worth a range: it stays with the function before it.
        if (_starts.Count > 1 && _nameOffsets[^1] == NoName && name != NoName && start - _starts[^1] < AlignmentMax)
        {
            _starts.RemoveAt(_starts.Count - 1);
            _functions.RemoveAt(_functions.Count - 1);
            _nameOffsets.RemoveAt(_nameOffsets.Count - 1);
        }

        if (_starts.Count > 0 && _starts[^1] == start)
        {
            _functions[^1] = function;
            _nameOffsets[^1] = name;
            return;
        }

        _starts.Add(start);
        _functions.Add(function);
        _nameOffsets.Add(name);
    }

    private readonly record struct Candidate(uint Start, uint End, uint Name, byte Rank, bool HasSize) : IComparable<Candidate>
    {
        public int CompareTo(Candidate other)
        {
            int order = Start.CompareTo(other.Start);
            order = order != 0 ? order : Rank.CompareTo(other.Rank);
            return order != 0 ? order : Name.CompareTo(other.Name);
        }
    }
}
