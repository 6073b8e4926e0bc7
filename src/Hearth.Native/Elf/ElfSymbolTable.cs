using Hearth.Native.Bytes;

namespace Hearth.Native.Elf;

/// <summary>
/// The functions of an ELF file by virtual address: ranges that do not overlap, in ascending order, 12 bytes each.
/// Names stay in the file and are read when asked for, so that a table costs memory by function and not by text.
/// Owns the source it reads names from.
/// </summary>
public sealed class ElfSymbolTable : IDisposable
{
    /// <summary>Longest name that is read, bytes; longer ones (nested C++ templates) are cut.</summary>
    public const int NameBytesMax = 4096;

    private const uint NoName = uint.MaxValue;

    private readonly ByteSource _source;
    private readonly ulong _base;
    private readonly long _names;
    private readonly uint[] _starts;
    private readonly uint[] _functions;
    private readonly uint[] _nameOffsets;

    internal ElfSymbolTable(ByteSource source, ulong baseAddress, long names, uint[] starts, uint[] functions, uint[] nameOffsets)
    {
        _source = source;
        _base = baseAddress;
        _names = names;
        _starts = starts;
        _functions = functions;
        _nameOffsets = nameOffsets;
    }

    /// <summary>Ranges held, gaps between functions included.</summary>
    public int Count => _starts.Length;

    /// <summary>Memory held, bytes.</summary>
    public long ByteSize => 64 + (12L * _starts.Length);

    /// <summary>
    /// Reads the functions of an image: of <c>.symtab</c>, else of <c>.dynsym</c>. Null with a reason when there are none.
    /// On success the table owns <see cref="ElfImage.Source"/>.
    /// </summary>
    /// <param name="image">The file.</param>
    /// <param name="symbolsMax">Function symbols that are accepted; more is an error. The table has at most twice as many ranges.</param>
    /// <param name="error">Why there is no table.</param>
    public static ElfSymbolTable? Read(ElfImage image, int symbolsMax, out ElfError error)
    {
        ArgumentNullException.ThrowIfNull(image);
        error = ElfError.NoSymbols;
        foreach (uint type in (ReadOnlySpan<uint>)[ElfSection.SymbolTable, ElfSection.DynamicSymbols])
        {
            foreach (ref readonly ElfSection section in image.Sections)
            {
                if (section.Type != type)
                {
                    continue;
                }

                ElfSymbolTable? table = new ElfSymbolTableBuilder(image, section, symbolsMax).Build(out error);
                if (table is not null || error == ElfError.TooManySymbols)
                {
                    return table;
                }
            }
        }

        return null;
    }

    /// <summary>The function that holds a virtual address.</summary>
    public bool TryFind(ulong address, out ElfSymbol symbol)
    {
        symbol = default;
        ulong offset = unchecked(address - _base);
        if (address < _base || offset > uint.MaxValue)
        {
            return false;
        }

        int at = _starts.AsSpan().BinarySearch((uint)offset);
        at = at >= 0 ? at : ~at - 1;
        if (at < 0 || _nameOffsets[at] == NoName)
        {
            return false;
        }

        symbol = new ElfSymbol(_base + _functions[at], _names + _nameOffsets[at]);
        return true;
    }

    /// <summary>Reads the name of a symbol of this table; returns its length, -1 when the file no longer has it.</summary>
    public int ReadName(in ElfSymbol symbol, Span<byte> into) =>
        _source.ReadText(symbol.NameOffset, into[..Math.Min(into.Length, NameBytesMax)]);

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();
}
