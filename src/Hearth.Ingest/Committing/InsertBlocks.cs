using Hearth.Storage.Writing;

namespace Hearth.Ingest.Committing;

/// <summary>Inserts finished blocks; the same blocks with the same token are stored once however often it is called.</summary>
internal delegate Task InsertBlocks(IReadOnlyList<TableBlock> blocks, string token, CancellationToken cancellationToken);
