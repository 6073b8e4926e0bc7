using Hearth.Storage.ClickHouse;

namespace Hearth.Storage.Writing;

/// <summary>Rows of one table under construction. Memory is kept when cleared.</summary>
public abstract class TableRows
{
    private readonly NativeBlockWriter _writer = new();
    private NativeColumnBuilder[] _columns = [];

    private protected TableRows(string table) => Table = table;

    /// <summary>Table name.</summary>
    public string Table { get; }

    /// <summary>Rows appended.</summary>
    public int Rows => _columns[0].Rows;

    /// <summary>Column names, in the order of the block.</summary>
    public IEnumerable<string> Columns => _columns.Select(static column => column.Name);

    /// <summary>Forgets every row and keeps the memory.</summary>
    public void Clear()
    {
        foreach (NativeColumnBuilder column in _columns)
        {
            column.Clear();
        }

        _writer.Clear();
    }

    /// <summary>Forgets the rows from <paramref name="rows"/> on: a profile that was refused half way.</summary>
    public void Truncate(int rows)
    {
        foreach (NativeColumnBuilder column in _columns)
        {
            column.Truncate(rows);
        }
    }

    internal TableBlock Finish()
    {
        _writer.Clear();
        _writer.WriteBlock(_columns, Order());
        return new TableBlock(Table, _writer.WrittenMemory, Rows);
    }

    internal virtual ReadOnlySpan<int> Order() => default;

    private protected void Use(NativeColumnBuilder[] columns) => _columns = columns;
}
