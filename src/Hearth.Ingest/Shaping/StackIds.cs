using System.Runtime.CompilerServices;
using Hearth.Profiles.Ids;
using Hearth.Profiles.Model;

namespace Hearth.Ingest.Shaping;

/// <summary>
/// Ids of the stacks of one document, each computed when a sample first names it. Stacks that come out with one id (equal rows, or
/// rows that differ only in addresses that are not part of the content) share the first one's index, so their samples add up.
/// </summary>
internal sealed class StackIds
{
    private readonly int _depthMax;
    private readonly SymbolIds _symbolIds;
    private SymbolTable _symbols = null!;
    private State[] _states = [];
    private int[] _buckets = [];
    private ulong[] _frames = new ulong[256];
    private int _mask;
    private ulong _mappingsStart;

    public StackIds(int depthMax, SymbolIds symbolIds)
    {
        _depthMax = depthMax;
        _symbolIds = symbolIds;
    }

    /// <summary>
    /// Starts on another document. With <paramref name="oneProcess"/> all its mappings are one process's, so which of them a stack lies
    /// in is not looked at.
    /// </summary>
    public void Start(SymbolTable symbols, bool oneProcess)
    {
        _symbols = symbols;
        _mappingsStart = oneProcess ? ulong.MaxValue : 0;
        int count = symbols.Stacks.Count;
        if (_states.Length < count)
        {
            _states = new State[Math.Max(count, _states.Length * 2)];
        }
        else
        {
            Array.Clear(_states, 0, count);
        }

        int size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(count * 2, 16));
        if (_buckets.Length < size)
        {
            _buckets = new int[size];
        }
        else
        {
            Array.Clear(_buckets, 0, size);
        }

        _mask = size - 1;
    }

    /// <summary>The index whose samples this stack's samples add up with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Canonical(int stack)
    {
        int canonical = _states[stack].Canonical;
        return canonical != 0 ? canonical - 1 : Make(stack);
    }

    /// <summary>The full hash of a canonical stack.</summary>
    public UInt128 HashOf(int canonical) => _states[canonical].Hash;

    /// <summary>The stored id of a canonical stack.</summary>
    public ulong IdOf(int canonical) => ContentIds.Low(_states[canonical].Hash);

    /// <summary>True when frames were cut off.</summary>
    public bool IsCut(int canonical) => _states[canonical].IsCut;

    /// <summary>True when its innermost frame has no name.</summary>
    public bool IsUnnamed(int canonical) => _states[canonical].IsUnnamed;

    /// <summary>Locations as stored: leaf first, cut to the limit; index -1 and -2 are <see cref="SymbolIds"/>' synthetic ones.</summary>
    public int LocationAt(int canonical, int position)
    {
        Span<int> locations = _symbols.Stacks[canonical];
        if (locations.IsEmpty)
        {
            return SymbolIds.MissingLocation;
        }

        return _states[canonical].IsCut && position == _depthMax - 1 ? SymbolIds.TruncatedLocation : locations[position];
    }

    /// <summary>Frames as stored.</summary>
    public int DepthOf(int canonical) => Math.Clamp(_symbols.Stacks[canonical].Length, 1, _depthMax);

    /// <summary>The mappings of its frames, as <see cref="SymbolIds.MaskOf"/> names them.</summary>
    public ulong MappingsOf(int canonical) => _states[canonical].Mappings;

    /// <summary>The frame ids of a stack, leaf first; valid until the next call.</summary>
    public ReadOnlySpan<ulong> FramesOf(int stack) => FramesOf(stack, out _);

    private ReadOnlySpan<ulong> FramesOf(int stack, out ulong mappings)
    {
        mappings = _mappingsStart;
        ReadOnlySpan<int> locations = _symbols.Stacks[stack];
        int depth = Math.Clamp(locations.Length, 1, _depthMax);
        if (_frames.Length < depth)
        {
            _frames = new ulong[Math.Max(depth, _frames.Length * 2)];
        }

        Span<ulong> frames = _frames.AsSpan(0, depth);
        int named = locations.Length > depth ? depth - 1 : Math.Min(depth, locations.Length);
        _symbolIds.FrameIds(locations[..named], frames, ref mappings);
        if (named < depth)
        {
            frames[named] = _symbolIds.FrameId(locations.IsEmpty ? SymbolIds.MissingLocation : SymbolIds.TruncatedLocation);
        }

        return frames;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Make(int stack)
    {
        UInt128 hash = ContentIds.StackId(FramesOf(stack, out ulong mappings));
        int at = (int)(ulong)hash & _mask;
        while (_buckets[at] != 0)
        {
            int other = _buckets[at] - 1;
            if (_states[other].Hash == hash)
            {
                _states[stack].Canonical = other + 1;
                return other;
            }

            at = (at + 1) & _mask;
        }

        _buckets[at] = stack + 1;
        ReadOnlySpan<int> locations = _symbols.Stacks[stack];
        _states[stack] = new State
        {
            Hash = hash,
            Canonical = stack + 1,
            Mappings = mappings,
            IsCut = locations.Length > _depthMax,
            IsUnnamed = !locations.IsEmpty && _symbolIds.IsUnnamed(locations[0]),
        };
        return stack;
    }

    private struct State
    {
        public UInt128 Hash;
        public ulong Mappings;
        public int Canonical;
        public bool IsCut;
        public bool IsUnnamed;
    }
}
