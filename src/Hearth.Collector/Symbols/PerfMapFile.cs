using Hearth.Collector.Metering;
using Hearth.Collector.Processes;
using Hearth.Collector.Processes.Targets;
using Hearth.Collector.Runtimes.Dotnet;
using Hearth.Native.PerfMaps;

namespace Hearth.Collector.Symbols;

/// <summary>
/// The perf map of one process, held open so that it can be read after the process ended. Believed only when it belongs to the user
/// the process runs as, or to root; used for addresses of this process alone.
/// </summary>
internal sealed class PerfMapFile : IDisposable
{
    private const int NamesMax = 4096;

    /// <summary>Bytes read at a time: a writer cannot keep the reader busy.</summary>
    private const int RefreshBytesMax = 64 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    // The worker may refresh while the symbolising thread looks up; a refresh that hangs must not hold the look-up.
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, byte[]> _names = [];
    private readonly int _linesMax;
    private TargetFile? _file;
    private PerfMapTable _table;

    /// <summary>Starts without a file.</summary>
    public PerfMapFile(int linesMax)
    {
        _linesMax = linesMax;
        _table = new PerfMapTable(linesMax);
    }

    /// <summary>True when there is a file with at least one line.</summary>
    public bool HasLines => _table.Count > 0;

    /// <summary>True once lines were left out because there are too many.</summary>
    public bool IsFull => _table.IsFull;

    /// <summary>Memory held, bytes.</summary>
    public long ByteSize => _table.ByteSize + (_names.Count * 200L);

    /// <summary>True when reading needs no deadline.</summary>
    public bool IsLocal => _file?.IsLocal ?? false;

    /// <summary>Opens the map if there is one, notices that it was replaced, and reads what is new. May hang: worker only.</summary>
    /// <param name="files">Opens files of the process.</param>
    /// <param name="process">Whose map.</param>
    /// <param name="namespacePid">Its pid in its innermost namespace.</param>
    /// <param name="uid">Its effective user id.</param>
    public void Refresh(TargetFiles files, ProcessEntry process, int namespacePid, uint uid)
    {
        using Lock.Scope scope = _gate.EnterScope();
        if (!process.Exited)
        {
            Reopen(files, process, DotnetPerfMaps.PathOf(namespacePid), uid);
        }

        if (_file is null)
        {
            return;
        }

        bool wasFull = _table.IsFull;
        if (!_table.Refresh(_file.Bytes, _table.Position + RefreshBytesMax))
        {
            _names.Clear();
        }

        if (_table.IsFull && !wasFull)
        {
            SymbolMeter.FileRefused("perf-map-lines-max");
        }
    }

    /// <summary>The name of the code at an address; empty when the map has none. May hang unless <see cref="IsLocal"/>.</summary>
    public byte[] Find(ulong address)
    {
        if (!_gate.TryEnter(Patience))
        {
            return [];
        }

        try
        {
            return FindLocked(address);
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>True when <see cref="Find"/> answers from memory.</summary>
    public bool IsKnown(ulong address)
    {
        if (!_gate.TryEnter(Patience))
        {
            return true;
        }

        try
        {
            return !_table.TryFind(address, out PerfMapEntry entry) || _names.ContainsKey(entry.NameOffset);
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private byte[] FindLocked(ulong address)
    {
        if (_file is null || !_table.TryFind(address, out PerfMapEntry entry))
        {
            return [];
        }

        if (_names.TryGetValue(entry.NameOffset, out byte[]? known))
        {
            return known;
        }

        Span<byte> text = stackalloc byte[PerfMapTable.NameBytesMax];
        byte[] name = text[..PerfMapTable.ReadName(_file.Bytes, entry, text)].ToArray();
        if (_names.Count >= NamesMax)
        {
            _names.Clear();
        }

        _names.Add(entry.NameOffset, name);
        return name;
    }

    private void Reopen(TargetFiles files, ProcessEntry process, string path, uint uid)
    {
        TargetFile? opened = files.Open(process, path, out string reason);
        if (opened is null)
        {
            if (reason is not ("file-missing" or "file-empty" or "process-gone"))
            {
                SymbolMeter.FileRefused("perf-map-" + reason);
            }

            return;
        }

        if (opened.Status.OwnerUid != uid && opened.Status.OwnerUid != 0)
        {
            SymbolMeter.FileRefused("perf-map-owner");
            opened.Dispose();
            return;
        }

        // Another file under the name: what was read is void.
        if (_file is not null && (_file.Status.Identity.Inode != opened.Status.Identity.Inode
            || _file.Status.Identity.Device != opened.Status.Identity.Device))
        {
            _table = new PerfMapTable(_linesMax);
            _names.Clear();
        }

        _file?.Dispose();
        _file = opened;
    }
}
