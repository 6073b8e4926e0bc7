using System.Text;

namespace Hearth.Profiles.Model;

/// <summary>
/// UTF-8 strings by index; index 0 is always the empty string. A decoder attaches the message it reads and
/// refers to slices of it (<see cref="AddSlice"/>); a builder interns (<see cref="Intern(ReadOnlySpan{byte})"/>).
/// </summary>
public sealed class StringTable
{
    private readonly Column<Slice> _slices = new(64);
    private readonly Column<byte> _own = new(256);
    private ReadOnlyMemory<byte> _source;
    private int[] _buckets = [];
    private int _interned;

    /// <summary>Starts with the empty string alone.</summary>
    public StringTable() => Clear();

    /// <summary>Strings held, the empty one included.</summary>
    public int Count => _slices.Count;

    /// <summary>The bytes of a string; valid until the table changes. Throws on an index outside the table.</summary>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            Slice slice = _slices[index];
            return slice.Start >= 0
                ? _own.Slice(slice.Start, slice.Length)
                : _source.Span.Slice(~slice.Start, slice.Length);
        }
    }

    /// <summary>Sets the message that slices point into. It must live as long as the table's content.</summary>
    public void Attach(ReadOnlyMemory<byte> source) => _source = source;

    /// <summary>Appends a slice of the attached message. The slice must lie inside it.</summary>
    public int AddSlice(int offset, int length) => _slices.Add(new Slice(~offset, length));

    /// <summary>Appends a copy, without looking whether the string is there.</summary>
    public int Add(ReadOnlySpan<byte> value)
    {
        int start = _own.AddRange(value);
        return _slices.Add(new Slice(start, value.Length));
    }

    /// <summary>The index of a string equal to <paramref name="value"/>, appended when there is none among the interned ones.</summary>
    public int Intern(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return 0;
        }

        if ((_interned + 1) * 2 > _buckets.Length)
        {
            Rehash();
        }

        int mask = _buckets.Length - 1;
        int at = HashOf(value) & mask;
        while (_buckets[at] != 0)
        {
            if (this[_buckets[at]].SequenceEqual(value))
            {
                return _buckets[at];
            }

            at = (at + 1) & mask;
        }

        int index = Add(value);
        _buckets[at] = index;
        _interned++;
        return index;
    }

    /// <summary>Interns the UTF-8 form of <paramref name="value"/>; lone surrogates become U+FFFD.</summary>
    public int Intern(string value)
    {
        int size = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (size > 1024)
        {
            return Intern(Encoding.UTF8.GetBytes(value));
        }

        Span<byte> buffer = stackalloc byte[size];
        int length = Encoding.UTF8.GetBytes(value, buffer);
        return Intern(buffer[..length]);
    }

    /// <summary>A string as text; bytes that are not UTF-8 become U+FFFD.</summary>
    public string GetString(int index) => Encoding.UTF8.GetString(this[index]);

    /// <summary>Back to the empty string alone; memory is kept, the attached message let go.</summary>
    public void Clear()
    {
        _slices.Clear();
        _own.Clear();
        _source = default;
        _slices.Add(new Slice(0, 0));
        Array.Clear(_buckets);
        _interned = 0;
    }

    private static int HashOf(ReadOnlySpan<byte> value)
    {
        HashCode hash = default;
        hash.AddBytes(value);
        return hash.ToHashCode() & int.MaxValue;
    }

    private void Rehash()
    {
        int[] old = _buckets;
        _buckets = new int[Math.Max(old.Length * 2, 256)];
        int mask = _buckets.Length - 1;
        foreach (int index in old)
        {
            if (index != 0)
            {
                int at = HashOf(this[index]) & mask;
                while (_buckets[at] != 0)
                {
                    at = (at + 1) & mask;
                }

                _buckets[at] = index;
            }
        }
    }

    private readonly record struct Slice(int Start, int Length);
}
