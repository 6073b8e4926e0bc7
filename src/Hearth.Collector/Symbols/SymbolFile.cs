using Hearth.Collector.Metering;
using Hearth.Collector.Processes;
using Hearth.Collector.Processes.Targets;
using Hearth.Native.Elf;

namespace Hearth.Collector.Symbols;

/// <summary>
/// One file that code is mapped from: its segments and build id at once, its function table when the first address asks for it,
/// names as they are asked for. Opened and loaded on the worker; looked up on the symbolising thread.
/// </summary>
internal sealed class SymbolFile : IDisposable
{
    /// <summary>Function symbols of one file; a file with more gives none.</summary>
    public const int SymbolsMax = 500_000;

    private readonly TargetFile _file;
    private readonly ElfImage? _image;
    private readonly Dictionary<ulong, byte[]> _names = [];
    private volatile ElfSymbolTable? _table;
    private volatile string? _failure;
    private long _nameBytes;

    /// <summary>Reads the tables of an opened file; owns it from here on.</summary>
    public SymbolFile(TargetFile file)
    {
        _file = file;
        _image = ElfImage.Open(file.Bytes, out ElfError error);
        if (_image is not null)
        {
            BuildId = System.Text.Encoding.ASCII.GetBytes(_image.ReadBuildId());
            return;
        }

        Span<byte> magic = stackalloc byte[2];
        IsManaged = file.Bytes.TryReadExactly(0, magic) && magic.SequenceEqual("MZ"u8);
        _failure = IsManaged ? "managed-image" : error.Id();
    }

    /// <summary>What tells this file from others.</summary>
    public FileIdentity Identity => _file.Status.Identity;

    /// <summary>GNU build id in lower-case hex; empty when there is none.</summary>
    public byte[] BuildId { get; } = [];

    /// <summary>True for a PE image: a .NET assembly, whose precompiled code is named elsewhere.</summary>
    public bool IsManaged { get; }

    /// <summary>Why there are no symbols; null while that is not known or there are some.</summary>
    public string? Failure => _failure;

    /// <summary>True once <see cref="Load"/> ended, one way or the other.</summary>
    public bool IsLoaded => _table is not null || _failure is not null;

    /// <summary>True once let go: open the file again.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>Memory held, bytes.</summary>
    public long ByteSize => 1024 + (_table?.ByteSize ?? 0) + _nameBytes;

    /// <summary>Number of the window of the last look-up.</summary>
    public long LastWindow { get; set; }

    /// <summary>Reads the function table. May take long and hang: worker only.</summary>
    public void Load(TargetFiles files, ProcessEntry process, string path)
    {
        if (_image is null || IsLoaded)
        {
            return;
        }

        ElfSymbolTable? table = HasFullTable(_image) ? ElfSymbolTable.Read(_image, SymbolsMax, out ElfError error) : null;
        if (table is null)
        {
            ElfImage? debug = DebugFiles.Find(files, process, path, _image, System.Text.Encoding.ASCII.GetString(BuildId));
            table = debug is null ? null : ElfSymbolTable.Read(debug, SymbolsMax, out _);
            if (table is null)
            {
                debug?.Source.Dispose();
            }
        }

        error = ElfError.None;
        table ??= ElfSymbolTable.Read(_image, SymbolsMax, out error);
        if (table is null)
        {
            _failure = error.Id();
            SymbolMeter.FileRefused(error.Id());
        }

        _table = table;
    }

    /// <summary>The function at an offset in the file, without waiting for anything.</summary>
    public bool TryFind(ulong fileOffset, out ElfSymbol symbol)
    {
        symbol = default;
        return _table is { } table && _image!.TryGetAddress(fileOffset, out ulong address) && table.TryFind(address, out symbol);
    }

    /// <summary>True when reading a name needs no deadline.</summary>
    public bool IsLocal => _file.IsLocal;

    /// <summary>A name that was read before.</summary>
    public bool TryGetName(in ElfSymbol symbol, out byte[] name) => _names.TryGetValue(symbol.Start, out name!);

    /// <summary>Reads a name; empty when the file no longer has it. May hang on a file system of the target.</summary>
    public byte[] ReadName(in ElfSymbol symbol)
    {
        Span<byte> name = stackalloc byte[ElfSymbolTable.NameBytesMax];
        int length = _table?.ReadName(symbol, name) ?? 0;
        return length <= 0 ? [] : name[..length].ToArray();
    }

    /// <summary>Remembers a name. Symbolising thread only.</summary>
    public void Remember(in ElfSymbol symbol, byte[] name)
    {
        const int EntryBytes = 80;
        if (_names.TryAdd(symbol.Start, name))
        {
            _nameBytes += name.Length + EntryBytes;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        IsDisposed = true;
        _table?.Dispose();
        _file.Dispose();
    }

    private static bool HasFullTable(ElfImage image)
    {
        foreach (ref readonly ElfSection section in image.Sections)
        {
            if (section.Type == ElfSection.SymbolTable)
            {
                return true;
            }
        }

        return false;
    }
}
