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
    private Buckets _buckets;

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

    /// <summary>Appends a slice of the attached message. Throws when the slice does not lie inside it.</summary>
    public int AddSlice(int offset, int length)
    {
        if ((ulong)(uint)offset + (uint)length > (uint)_source.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "The slice is outside the attached message.");
        }

        return length == 0 ? _slices.Add(new Slice(0, 0)) : _slices.Add(new Slice(~offset, length));
    }

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

        ulong hash = TableHash.Of(value);
        int index = _buckets.First(hash);
        while (index != 0 && !this[index].SequenceEqual(value))
        {
            index = _buckets.Next(hash);
        }

        if (index == 0)
        {
            index = Add(value);
            _buckets.Put(hash, index);
        }

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
        _buckets.Clear();
    }

    private readonly record struct Slice(int Start, int Length);
}
