using System.Text;
using Hearth.Native.Names;

namespace Hearth.Native.Kernel;

/// <summary>Collects kernel functions in any order and sorts them, one name per address.</summary>
internal sealed class KernelSymbolTableBuilder
{
    private readonly List<ulong> _starts = [];
    private readonly List<int> _names = [];
    private readonly List<ushort> _modules = [];
    private readonly List<string> _moduleNames = [""];
    private readonly Dictionary<string, ushort> _moduleIds = new() { [""] = 0 };
    private byte[] _text = new byte[64 * 1024];
    private int _textLength;
    private string _lastModule = "";

    /// <summary>Function lines seen.</summary>
    public long Seen { get; private set; }

    /// <summary>Functions with an address.</summary>
    public int Count => _starts.Count;

    public void Add(ulong address, ReadOnlySpan<byte> name, ReadOnlySpan<byte> module)
    {
        Seen++;
        if (address == 0 || name.IsEmpty || Count >= KernelSymbolTable.SymbolsMax
            || _textLength + name.Length + 1 > KernelSymbolTable.NameBytesMax)
        {
            return;
        }

        if (_text.Length - _textLength < name.Length + 1)
        {
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _textLength + name.Length + 1));
        }

        _starts.Add(address);
        _names.Add(_textLength);
        _modules.Add(ModuleId(module));
        name.CopyTo(_text.AsSpan(_textLength));
        _text[_textLength + name.Length] = 0;
        _textLength += name.Length + 1;
    }

    public KernelSymbolTable Build()
    {
        ulong[] starts = [.. _starts];
        var order = new int[starts.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(starts, order);
        var names = new int[starts.Length];
        var modules = new ushort[starts.Length];
        int kept = 0;
        for (int i = 0; i < starts.Length; i++)
        {
            int name = _names[order[i]];
            if (kept == 0 || starts[kept - 1] != starts[i])
            {
                starts[kept] = starts[i];
                names[kept] = name;
                modules[kept++] = _modules[order[i]];
            }
            else if (AliasOrder.Compare(NameAt(name), NameAt(names[kept - 1])) < 0)
            {
                names[kept - 1] = name;
            }
        }

        return new KernelSymbolTable(
            starts[..kept], names[..kept], modules[..kept], _text[.._textLength], [.. _moduleNames]);
    }

    private ReadOnlySpan<byte> NameAt(int offset)
    {
        ReadOnlySpan<byte> text = _text.AsSpan(offset);
        return text[..text.IndexOf((byte)0)];
    }

    private ushort ModuleId(ReadOnlySpan<byte> module)
    {
        // Lines of a module follow each other: most need no string of their own.
        if (module.Length == _lastModule.Length && Ascii.Equals(module, _lastModule))
        {
            return _moduleIds[_lastModule];
        }

        string name = Encoding.UTF8.GetString(module);
        if (!_moduleIds.TryGetValue(name, out ushort id))
        {
            if (_moduleNames.Count > ushort.MaxValue)
            {
                return 0;
            }

            id = (ushort)_moduleNames.Count;
            _moduleNames.Add(name);
            _moduleIds.Add(name, id);
        }

        _lastModule = name;
        return id;
    }
}
