using System.Runtime.InteropServices;
using Hearth.Collector.Processes;

namespace Hearth.Collector.Sampling;

/// <summary>
/// The distinct frames of a window: a place in a shared file is one frame whatever process it was seen in, a place in JIT
/// memory belongs to its process. The first rows are markers for what could not be found out. Bounded by the stacks of the window.
/// </summary>
internal sealed class FrameTable
{
    /// <summary>Row: the stack has more frames than are kept or delivered.</summary>
    public const int Truncated = 0;

    /// <summary>Row: the frame pointers lead out of all code here.</summary>
    public const int Broken = 1;

    /// <summary>Row: an address outside of every mapping, or a process that was gone before its mappings were read.</summary>
    public const int Unmapped = 2;

    /// <summary>Row: stacks past the bound of the window.</summary>
    public const int Other = 3;

    /// <summary>Rows that are markers.</summary>
    public const int Markers = 4;

    private readonly Dictionary<Key, int> _rows = [];
    private readonly List<FrameRow> _frames = [];

    /// <summary>Starts with the markers.</summary>
    public FrameTable() => Clear();

    /// <summary>Rows, markers included.</summary>
    public int Count => _frames.Count;

    /// <summary>A row.</summary>
    public ref readonly FrameRow this[int row] => ref CollectionsMarshal.AsSpan(_frames)[row];

    /// <summary>What the user reads for a marker.</summary>
    public static ReadOnlySpan<byte> MarkerName(int row) => row switch
    {
        Truncated => "[truncated]"u8,
        Broken => "[broken stack]"u8,
        Unmapped => "[unmapped]"u8,
        _ => "[other]"u8,
    };

    /// <summary>The row of a user address.</summary>
    public int GetUser(ProcessEntry process, in ProcessMapping mapping, ulong address)
    {
        Key key = mapping.File.IsShared
            ? new Key(mapping.File, mapping.OffsetOf(address))
            : new Key(process, address);
        ref int row = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, key, out bool known);
        FrameRow frame = new(process, mapping, address);
        if (known)
        {
            CollectionsMarshal.AsSpan(_frames)[row] = frame;
            return row;
        }

        row = _frames.Count;
        _frames.Add(frame);
        return row;
    }

    /// <summary>The row of a kernel address.</summary>
    public int GetKernel(ulong address)
    {
        ref int row = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, new Key(null, address), out bool known);
        if (!known)
        {
            row = _frames.Count;
            _frames.Add(new FrameRow(null, default, address));
        }

        return row;
    }

    /// <summary>Back to the markers.</summary>
    public void Clear()
    {
        _rows.Clear();
        _frames.Clear();
        CollectionsMarshal.SetCount(_frames, Markers);
        CollectionsMarshal.AsSpan(_frames).Clear();
    }

    private readonly record struct Key(object? Space, ulong Address);
}
