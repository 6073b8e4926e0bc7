using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Hearth.Native.Bytes;
using Hearth.Native.Elf;

namespace Hearth.Collector.Symbols;

/// <summary>
/// Functions of the kernel's <c>[vdso]</c>: an ELF image that the kernel maps into every process. The collector reads its own
/// copy, which is the same bytes.
/// </summary>
internal sealed class VdsoSymbols
{
    private const int BytesMax = 64 * 1024;

    private readonly ElfImage? _image;
    private readonly ElfSymbolTable? _table;

    /// <summary>Reads the image of this process; finds nothing when there is none.</summary>
    public VdsoSymbols()
    {
        byte[] bytes = ReadOwn();
        _image = ElfImage.Open(new MemoryBytes(bytes), out _);
        _table = _image is null ? null : ElfSymbolTable.Read(_image, 1000, out _);
    }

    /// <summary>The function at an offset in the image. Returns the length of the name; 0: none.</summary>
    public int Find(ulong fileOffset, Span<byte> name) =>
        _table is { } table && _image!.TryGetAddress(fileOffset, out ulong address) && table.TryFind(address, out ElfSymbol symbol)
            ? Math.Max(table.ReadName(symbol, name), 0)
            : 0;

    private static byte[] ReadOwn()
    {
        foreach (string line in File.ReadLines("/proc/self/maps", Encoding.UTF8))
        {
            int dash = line.IndexOf('-', StringComparison.Ordinal);
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            if (!line.EndsWith("[vdso]", StringComparison.Ordinal) || dash < 0 || space < dash)
            {
                continue;
            }

            long start = long.Parse(line.AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            long end = long.Parse(line.AsSpan(dash + 1, space - dash - 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var bytes = new byte[Math.Min(end - start, BytesMax)];
            Marshal.Copy((nint)start, bytes, 0, bytes.Length);
            return bytes;
        }

        return [];
    }
}
