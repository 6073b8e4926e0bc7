using System.Buffers;
using System.Buffers.Text;

namespace Hearth.Native.Kernel;

/// <summary>
/// Functions of the running kernel as <c>/proc/kallsyms</c> lists them: address, type letter, name, and the module in
/// brackets. All names lie in one buffer.
/// </summary>
public sealed class KernelSymbolTable
{
    /// <summary>Functions that are kept; a kernel with all modules has about 200 000.</summary>
    public const int SymbolsMax = 1_000_000;

    /// <summary>Bytes of names that are kept.</summary>
    public const int NameBytesMax = 64 * 1024 * 1024;

    // No kernel function is this long: an address further behind its symbol is in memory that is not listed.
    private const ulong FunctionBytesMax = 16 * 1024 * 1024;
    private const int LineBytesMax = 1024;

    private readonly ulong[] _starts;
    private readonly int[] _names;
    private readonly ushort[] _modules;
    private readonly byte[] _text;
    private readonly string[] _moduleNames;

    internal KernelSymbolTable(ulong[] starts, int[] names, ushort[] modules, byte[] text, string[] moduleNames)
    {
        _starts = starts;
        _names = names;
        _modules = modules;
        _text = text;
        _moduleNames = moduleNames;
    }

    /// <summary>A table without symbols.</summary>
    public static KernelSymbolTable Empty { get; } = new([], [], [], [], []);

    /// <summary>Functions held, one per address.</summary>
    public int Count => _starts.Length;

    /// <summary>Memory held, bytes.</summary>
    public long ByteSize => (14L * _starts.Length) + _text.Length;

    /// <summary>
    /// Reads the text of kallsyms to its end. <paramref name="addressesHidden"/> is true when every address is zero: the kernel
    /// hides them (kptr_restrict) from a reader without CAP_SYSLOG, and the table is empty.
    /// </summary>
    public static KernelSymbolTable Read(Stream text, out bool addressesHidden)
    {
        ArgumentNullException.ThrowIfNull(text);
        var builder = new KernelSymbolTableBuilder();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            int held = 0;
            int read;
            while ((read = text.Read(buffer, held, buffer.Length - held)) > 0)
            {
                held += read;
                ReadOnlySpan<byte> rest = buffer.AsSpan(0, held);
                int end;
                while ((end = rest.IndexOf((byte)'\n')) >= 0)
                {
                    AddLine(builder, rest[..end]);
                    rest = rest[(end + 1)..];
                }

                held = rest.Length > LineBytesMax ? 0 : rest.Length;
                rest[..held].CopyTo(buffer);
            }

            AddLine(builder, buffer.AsSpan(0, held));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        addressesHidden = builder.Seen > 0 && builder.Count == 0;
        return builder.Build();
    }

    /// <summary>The function at a kernel address, as slices that live as long as the table.</summary>
    /// <param name="address">Instruction address.</param>
    /// <param name="start">Address of the function.</param>
    /// <param name="name">Its name.</param>
    /// <param name="module">The module's name; empty for the kernel itself.</param>
    public bool TryFind(ulong address, out ulong start, out ReadOnlySpan<byte> name, out string module)
    {
        int at = _starts.AsSpan().BinarySearch(address);
        at = at >= 0 ? at : ~at - 1;
        if (at < 0 || address - _starts[at] >= FunctionBytesMax)
        {
            start = 0;
            name = default;
            module = "";
            return false;
        }

        start = _starts[at];
        ReadOnlySpan<byte> text = _text.AsSpan(_names[at]);
        name = text[..text.IndexOf((byte)0)];
        module = _moduleNames[_modules[at]];
        return true;
    }

    private static void AddLine(KernelSymbolTableBuilder builder, ReadOnlySpan<byte> line)
    {
        if (!Utf8Parser.TryParse(line, out ulong address, out int used, 'x') || line.Length < used + 4 || line[used] != ' ')
        {
            return;
        }

        byte type = line[used + 1];
        if (type is not ((byte)'t' or (byte)'T' or (byte)'w' or (byte)'W') || line[used + 2] != ' ')
        {
            return;
        }

        ReadOnlySpan<byte> name = line[(used + 3)..];
        ReadOnlySpan<byte> module = default;
        int tab = name.IndexOf((byte)'\t');
        if (tab >= 0)
        {
            module = name[(tab + 1)..].Trim((byte)'[').Trim((byte)']');
            name = name[..tab];
        }

        builder.Add(address, name, module);
    }
}
