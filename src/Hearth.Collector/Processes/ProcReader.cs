using System.Globalization;

namespace Hearth.Collector.Processes;

/// <summary>Reads processes from procfs. Used by one thread; keeps its buffer.</summary>
internal sealed class ProcReader
{
    private const int StatBytesMax = 4096;
    private readonly string _root;
    private readonly MappedFileTable _files;
    private byte[] _buffer = new byte[64 * 1024];

    /// <summary>Reads below <paramref name="root"/>, usually <c>/proc</c>.</summary>
    public ProcReader(string root, MappedFileTable files)
    {
        _root = root;
        _files = files;
    }

    /// <summary>Reads /proc/pid/stat; false when there is no such process.</summary>
    public bool TryReadStat(int pid, out ProcStat stat)
    {
        stat = default;
        int length = ProcFile.Read(PathOf(pid, "stat"), ref _buffer, StatBytesMax);
        return length > 0 && ProcStat.TryParse(_buffer.AsSpan(0, length), out stat);
    }

    /// <summary>Enters the executable ranges of a process into its table; false when they cannot be read.</summary>
    public bool TryReadMaps(int pid, MappingTable table)
    {
        int length = ProcFile.Read(PathOf(pid, "maps"), ref _buffer, ProcMapsReader.BytesMax);
        if (length < 0)
        {
            return false;
        }

        ProcMapsReader.Parse(_buffer.AsSpan(0, length), _files, table);
        if (_buffer.Length > 1024 * 1024)
        {
            _buffer = new byte[64 * 1024];
        }

        return true;
    }

    /// <summary>The ids of all processes, in no order.</summary>
    public IReadOnlyList<int> ListProcesses()
    {
        List<int> pids = [];
        try
        {
            foreach (string path in Directory.EnumerateDirectories(_root))
            {
                if (int.TryParse(Path.GetFileName(path.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
                {
                    pids.Add(pid);
                }
            }
        }
        catch (IOException)
        {
            // What was listed so far is what there is; others are read when they show up in a sample.
        }
        catch (UnauthorizedAccessException)
        {
            // The same.
        }

        return pids;
    }

    private string PathOf(int pid, string file) => string.Create(CultureInfo.InvariantCulture, $"{_root}/{pid}/{file}");
}
