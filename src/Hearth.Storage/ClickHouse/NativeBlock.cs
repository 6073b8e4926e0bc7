namespace Hearth.Storage.ClickHouse;

/// <summary>A block of a result. Its columns are views over memory that the next read reuses.</summary>
public sealed class NativeBlock
{
    internal NativeBlock(int rows, NativeColumn[] columns)
    {
        Rows = rows;
        Columns = columns;
    }

    /// <summary>Rows of every column.</summary>
    public int Rows { get; }

    /// <summary>The columns in order.</summary>
    public IReadOnlyList<NativeColumn> Columns { get; }

    /// <summary>A column by its place.</summary>
    public NativeColumn this[int index] => Columns[index];

    /// <summary>A column by its name. Throws <see cref="KeyNotFoundException"/> when the result has none.</summary>
    public NativeColumn this[string name]
    {
        get
        {
            foreach (NativeColumn column in Columns)
            {
                if (column.Name == name)
                {
                    return column;
                }
            }

            throw new KeyNotFoundException($"The result has no column {name}.");
        }
    }
}
