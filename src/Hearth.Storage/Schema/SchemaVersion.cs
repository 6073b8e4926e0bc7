namespace Hearth.Storage.Schema;

/// <summary>A row of <c>schema_version</c>.</summary>
/// <param name="Version">Schema version; 0 means there is none.</param>
/// <param name="ReaderMin">Lowest schema version a reader must know to read it.</param>
/// <param name="WriterMin">Lowest schema version a writer must know to write to it.</param>
public readonly record struct SchemaVersion(uint Version, uint ReaderMin, uint WriterMin);
