using System.Text;

namespace Hearth.Storage.ClickHouse;

/// <summary>One column of a block under construction. Memory is kept when cleared.</summary>
public abstract class NativeColumnBuilder
{
    private readonly byte[] _name;
    private readonly byte[] _type;

    /// <summary>A column of a ClickHouse type, e.g. <c>LowCardinality(String)</c>.</summary>
    protected NativeColumnBuilder(string name, string type)
    {
        Name = name;
        Type = type;
        _name = Encoding.UTF8.GetBytes(name);
        _type = Encoding.UTF8.GetBytes(type);
    }

    /// <summary>Column name.</summary>
    public string Name { get; }

    /// <summary>ClickHouse type.</summary>
    public string Type { get; }

    /// <summary>Rows appended.</summary>
    public abstract int Rows { get; }

    internal ReadOnlySpan<byte> NameUtf8 => _name;

    internal ReadOnlySpan<byte> TypeUtf8 => _type;

    /// <summary>Forgets every row and keeps the memory.</summary>
    public abstract void Clear();

    /// <summary>Forgets the rows from <paramref name="rows"/> on.</summary>
    public abstract void Truncate(int rows);

    // What goes before the data of the whole column, nested parts first to last: only LowCardinality has something.
    internal virtual void WritePrefix(NativeBlockWriter writer)
    {
    }

    internal abstract void WriteData(NativeBlockWriter writer, ReadOnlySpan<int> order);
}
