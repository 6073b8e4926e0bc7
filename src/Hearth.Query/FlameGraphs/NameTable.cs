using System.Runtime.CompilerServices;
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

    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private ulong[] _prefixes = new ulong[64];
    private Known[] _known = new Known[256];
    private int _knownCount;

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
        // The store hands out one object per name, so most lookups end at the object without reading its characters.
        Known[] known = _known;
        int mask = known.Length - 1;
        int at = RuntimeHelpers.GetHashCode(name) & mask;
        while (known[at].Name is { } other)
        {
            if (ReferenceEquals(other, name))
            {
                return known[at].Index;
            }

            at = (at + 1) & mask;
        }

        if (!_index.TryGetValue(name, out int index))
        {
            index = Append(name);
        }

        if (_knownCount < ObjectsMax)
        {
            known[at] = new Known(name, index);
            _knownCount++;
            if (_knownCount * 2 > known.Length)
            {
                Rehash();
            }
        }

        return index;
    }

    /// <summary>Order of two names by their UTF-8 bytes. The first eight bytes usually settle it.</summary>
    public int Compare(int left, int right)
    {
        if (left == right)
        {
            return 0;
        }

        ulong leftPrefix = _prefixes[left];
        ulong rightPrefix = _prefixes[right];
        return leftPrefix != rightPrefix ? leftPrefix.CompareTo(rightPrefix) : CompareAsUtf8(_names[left], _names[right]);
    }

    // The order of UTF-8 bytes is that of UTF-16 units but for surrogates, which stand for characters behind all others.
    private static int CompareAsUtf8(string left, string right)
    {
        int at = left.AsSpan().CommonPrefixLength(right);
        if (at == left.Length || at == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        bool leftHigh = char.IsSurrogate(left[at]);
        bool rightHigh = char.IsSurrogate(right[at]);
        return leftHigh != rightHigh ? leftHigh.CompareTo(rightHigh) : left[at].CompareTo(right[at]);
    }

    private void Rehash()
    {
        Known[] old = _known;
        _known = new Known[old.Length * 2];
        int mask = _known.Length - 1;
        foreach (Known entry in old)
        {
            if (entry.Name is not null)
            {
                int at = RuntimeHelpers.GetHashCode(entry.Name) & mask;
                while (_known[at].Name is not null)
                {
                    at = (at + 1) & mask;
                }

                _known[at] = entry;
            }
        }
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

    private readonly record struct Known(string? Name, int Index);
}
