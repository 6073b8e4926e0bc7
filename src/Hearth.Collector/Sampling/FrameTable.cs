using System.Runtime.InteropServices;
using Hearth.Collector.Processes;

namespace Hearth.Collector.Sampling;

/// <summary>
/// The distinct frames of a window: a place in a shared file is one frame whatever process it was seen in, a place in JIT
/// memory belongs to its process. Bounded by the stacks of the window.
/// </summary>
internal sealed class FrameTable
{
    /// <summary>Marker: the stack has more frames than are kept or delivered.</summary>
    public const string Truncated = "[truncated]";

    /// <summary>Marker: the frame pointers lead out of all code here.</summary>
    public const string Broken = "[broken stack]";

    /// <summary>Marker: an address outside of every mapping, or a process that was gone before its mappings were read.</summary>
    public const string Unmapped = "[unmapped]";

    /// <summary>Marker: stacks past the bound of the window.</summary>
    public const string Other = "[other]";

    private readonly Dictionary<Key, int> _rows = [];
    private readonly List<FrameRow> _frames = [];

    /// <summary>Rows.</summary>
    public int Count => _frames.Count;

    /// <summary>A row.</summary>
    public ref readonly FrameRow this[int row] => ref CollectionsMarshal.AsSpan(_frames)[row];

    /// <summary>The row of a user address.</summary>
    public int GetUser(ProcessEntry process, in ProcessMapping mapping, ulong address)
    {
        Key key = mapping.File.IsShared
            ? new Key(mapping.File, mapping.OffsetOf(address))
            : new Key(process, address);
        return Get(key, new FrameRow(process, mapping, address, null));
    }

    /// <summary>The row of a kernel address.</summary>
    public int GetKernel(ulong address) => Get(new Key(null, address), new FrameRow(null, default, address, null));

    /// <summary>The row of a frame that is no code.</summary>
    public int GetMarker(string name) => Get(new Key(name, 0), new FrameRow(null, default, 0, name));

    /// <summary>Forgets every row.</summary>
    public void Clear()
    {
        _rows.Clear();
        _frames.Clear();
    }

    private int Get(in Key key, in FrameRow frame)
    {
        ref int row = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, key, out bool known);
        if (known)
        {
            // The process sampled last is the one most likely to be alive when the frame is named.
            CollectionsMarshal.AsSpan(_frames)[row] = frame;
            return row;
        }

        row = _frames.Count;
        _frames.Add(frame);
        return row;
    }

    /// <summary>Space is the mapped file or process by reference, a marker's name, or null for the kernel.</summary>
    private readonly record struct Key(object? Space, ulong Address);
}
