namespace Hearth.Storage.Writing;

/// <summary>
/// Rows on their way to the store, by table. Append, <see cref="Finish"/>, write, <see cref="Clear"/>, and again: memory is
/// kept, nothing is allocated per row. Not for use by several threads at once. The caller bounds it by <see cref="Rows"/>.
/// </summary>
public sealed class RowBatch
{
    /// <summary>Version of the rows' layout; a spool keeps it beside the blocks.</summary>
    public const int FormatVersion = 1;

    private readonly TableRows[] _tables;

    /// <summary>Starts empty.</summary>
    public RowBatch() => _tables = [Functions, Mappings, Frames, Stacks, Headers, Series, Samples, Profiles];

    /// <summary>Functions.</summary>
    public FunctionRows Functions { get; } = new();

    /// <summary>Mappings.</summary>
    public MappingRows Mappings { get; } = new();

    /// <summary>Frames.</summary>
    public FrameRows Frames { get; } = new();

    /// <summary>Stacks.</summary>
    public StackRows Stacks { get; } = new();

    /// <summary>Headers.</summary>
    public HeaderRows Headers { get; } = new();

    /// <summary>Series.</summary>
    public SeriesRows Series { get; } = new();

    /// <summary>Samples.</summary>
    public SampleRows Samples { get; } = new();

    /// <summary>Profiles.</summary>
    public ProfileRows Profiles { get; } = new();

    /// <summary>Rows in all tables.</summary>
    public long Rows
    {
        get
        {
            long rows = 0;
            foreach (TableRows table in _tables)
            {
                rows += table.Rows;
            }

            return rows;
        }
    }

    /// <summary>
    /// The rows as finished blocks in the order they must be written: symbols, series, samples, profiles. Tables without rows
    /// have no block. The blocks lie in the batch's memory: valid until it changes.
    /// </summary>
    public IReadOnlyList<TableBlock> Finish()
    {
        List<TableBlock> blocks = new(_tables.Length);
        foreach (TableRows table in _tables)
        {
            if (table.Rows > 0)
            {
                blocks.Add(table.Finish());
            }
        }

        return blocks;
    }

    /// <summary>Forgets every row and keeps the memory.</summary>
    public void Clear()
    {
        foreach (TableRows table in _tables)
        {
            table.Clear();
        }
    }
}
