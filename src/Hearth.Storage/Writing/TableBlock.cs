namespace Hearth.Storage.Writing;

/// <summary>Finished rows of one table, as they are inserted and as a spool keeps them.</summary>
/// <param name="Table">Table name.</param>
/// <param name="NativeBlock">One block in ClickHouse's Native format. Valid until the batch it came from changes.</param>
/// <param name="Rows">Rows in the block, at least 1.</param>
public readonly record struct TableBlock(string Table, ReadOnlyMemory<byte> NativeBlock, int Rows);
