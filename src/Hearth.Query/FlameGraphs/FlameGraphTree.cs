namespace Hearth.Query.FlameGraphs;

/// <summary>
/// A tree of function names: frames with one name under the same parent are one node, whatever their address or line.
/// Append-only flat arrays in which a parent always has a smaller index than its children, so totals are one reverse pass and
/// ids never move. Node 0 is the synthetic root. The total of the root is exactly the sum of all values added.
/// </summary>
internal sealed class FlameGraphTree
{
    /// <summary>The name of samples that carry no frame, so that they are seen instead of vanishing in the root.</summary>
    public const string NoStack = "[no stack]";

    private int[] _parents = new int[256];
    private int[] _names = new int[256];
    private long[] _selves = new long[256];
    private Bucket[] _buckets = new Bucket[512];
    private int _count = 1;

    /// <summary>Starts with the root alone; names may be shared with other trees.</summary>
    public FlameGraphTree(NameTable? names = null) => Names = names ?? new NameTable();

    /// <summary>The names of the nodes.</summary>
    public NameTable Names { get; }

    /// <summary>Nodes, the root included.</summary>
    public int Count => _count;

    /// <summary>Parent of every node; the root's is 0. Valid until the next node is added.</summary>
    public ReadOnlySpan<int> Parents => _parents.AsSpan(0, _count);

    /// <summary>Name of every node. Valid until the next node is added.</summary>
    public ReadOnlySpan<int> NodeNames => _names.AsSpan(0, _count);

    /// <summary>Value that ends in every node. Valid until the next node is added.</summary>
    public ReadOnlySpan<long> Selves => _selves.AsSpan(0, _count);

    /// <summary>
    /// Adds a stack, names from the root to the leaf. A value that is not positive adds nothing: profiles hold no negative
    /// amounts, and a zero would draw a box without width. A sum past 2^63-1 stays there.
    /// </summary>
    public void Add(ReadOnlySpan<int> path, long value)
    {
        if (value <= 0)
        {
            return;
        }

        int node = 0;
        foreach (int name in path)
        {
            node = Child(node, name);
        }

        AddSelf(path.IsEmpty ? Child(0, Names.Intern(NoStack)) : node, value);
    }

    /// <summary>The child of a node by name, which is appended when it is new.</summary>
    public int Child(int parent, int name)
    {
        // The key lies beside the node: one look into memory per step of a stack.
        Bucket[] buckets = _buckets;
        int mask = buckets.Length - 1;
        ulong key = Key(parent, name);
        int at = Hash(key) & mask;
        while (buckets[at].Node != 0)
        {
            if (buckets[at].Key == key)
            {
                return buckets[at].Node;
            }

            at = (at + 1) & mask;
        }

        return Append(parent, name, at);
    }

    /// <summary>Adds to the value that ends in a node.</summary>
    public void AddSelf(int node, long value) => _selves[node] = AddSaturated(_selves[node], value);

    /// <summary>Value of every node with everything below it.</summary>
    public long[] Totals()
    {
        long[] totals = Selves.ToArray();
        for (int node = _count - 1; node > 0; node--)
        {
            ref long parent = ref totals[_parents[node]];
            parent = AddSaturated(parent, totals[node]);
        }

        return totals;
    }

    /// <summary>The sum of two amounts that are not negative; 2^63-1 when it would be more.</summary>
    public static long AddSaturated(long left, long right)
    {
        long sum = unchecked(left + right);
        return sum < 0 ? long.MaxValue : sum;
    }

    private int Append(int parent, int name, int at)
    {
        int node = _count++;
        if (node == _parents.Length)
        {
            Array.Resize(ref _parents, node * 2);
            Array.Resize(ref _names, node * 2);
            Array.Resize(ref _selves, node * 2);
        }

        _parents[node] = parent;
        _names[node] = name;
        _selves[node] = 0;
        _buckets[at] = new Bucket(Key(parent, name), node);
        if (_count * 2 > _buckets.Length)
        {
            Rehash();
        }

        return node;
    }

    private void Rehash()
    {
        Bucket[] old = _buckets;
        _buckets = new Bucket[old.Length * 2];
        int mask = _buckets.Length - 1;
        foreach (Bucket bucket in old)
        {
            if (bucket.Node != 0)
            {
                int at = Hash(bucket.Key) & mask;
                while (_buckets[at].Node != 0)
                {
                    at = (at + 1) & mask;
                }

                _buckets[at] = bucket;
            }
        }
    }

    private static ulong Key(int parent, int name) => ((ulong)(uint)parent << 32) | (uint)name;

    private static int Hash(ulong key) => (int)((key * 0x9E37_79B9_7F4A_7C15) >> 33);

    private readonly record struct Bucket(ulong Key, int Node);
}
