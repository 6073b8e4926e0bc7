using System.Text;

namespace Hearth.Query.FlameGraphs;

/// <summary>
/// Function names by index; each once. Index 0 is <c>total</c>, the name of the synthetic root, and index 1 is <c>other</c>, the
/// name of what a truncation took away.
/// </summary>
internal sealed class NameTable
{
    /// <summary>Index of <c>total</c>.</summary>
    public const int Total = 0;

    /// <summary>Index of <c>other</c>.</summary>
    public const int Other = 1;

    private const int ObjectsMax = 1 << 20;

    // The store hands out one object per name, so most lookups end at the object without reading its characters.
    private readonly Dictionary<string, int> _objects = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private ulong[] _prefixes = new ulong[64];

    /// <summary>Starts with <c>total</c> and <c>other</c>.</summary>
    public NameTable()
    {
        Intern("total");
        Intern("other");
    }

    /// <summary>Names held.</summary>
    public int Count => _names.Count;

    /// <summary>A name by index.</summary>
    public string this[int index] => _names[index];

    /// <summary>The index of a name, which is appended when it is new.</summary>
    public int Intern(string name)
    {
        if (_objects.TryGetValue(name, out int index))
        {
            return index;
        }

        if (!_index.TryGetValue(name, out index))
        {
            index = Append(name);
        }

        if (_objects.Count < ObjectsMax)
        {
            _objects.Add(name, index);
        }

        return index;
    }

    /// <summary>The index of a name; -1 when no node has it.</summary>
    public int Find(string name) => _index.TryGetValue(name, out int index) ? index : -1;

    /// <summary>Order of two names by their UTF-8 bytes. The first eight bytes usually settle it.</summary>
    public int Compare(int left, int right)
    {
        if (left == right)
        {
            return 0;
        }

        ulong leftPrefix = _prefixes[left];
        ulong rightPrefix = _prefixes[right];
        return leftPrefix != rightPrefix
            ? leftPrefix.CompareTo(rightPrefix)
            : Encoding.UTF8.GetBytes(_names[left]).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(_names[right]));
    }

    private int Append(string name)
    {
        int index = _names.Count;
        _index.Add(name, index);
        _names.Add(name);
        if (index == _prefixes.Length)
        {
            Array.Resize(ref _prefixes, index * 2);
        }

        _prefixes[index] = PrefixOf(name);
        return index;
    }

    private static ulong PrefixOf(string name)
    {
        // A UTF-16 unit is at least one byte of UTF-8, so eight units always fill the prefix; a pair is not torn.
        Span<byte> bytes = stackalloc byte[32];
        int units = Math.Min(name.Length, name.Length > 8 && char.IsHighSurrogate(name[7]) ? 9 : 8);
        int length = Encoding.UTF8.GetBytes(name.AsSpan(0, units), bytes);
        bytes[length..].Clear();
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}
