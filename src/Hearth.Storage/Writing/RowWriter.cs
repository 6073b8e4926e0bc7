using Hearth.Storage.ClickHouse;

namespace Hearth.Storage.Writing;

/// <summary>
/// Inserts finished blocks: symbols, then samples, then profiles, so that no visible sample lacks its stack and a profile is
/// visible only when all of it is. Each insert is synchronous and carries a token; the same blocks with the same token are stored
/// once however often they are written, for as long as the tables remember tokens.
/// </summary>
public sealed class RowWriter(ClickHouseClient client)
{
    /// <summary>Inserts a batch. The batch is left as it is: the caller clears it.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="token">
    /// Names the content: the same token must never come with other rows, which the store would silently drop. Letters, digits
    /// and <c>-_.:/</c> work best.
    /// </param>
    /// <param name="cancellationToken">Ends the wait; a block that was sent whole may still be stored.</param>
    /// <exception cref="ClickHouseException">An insert failed: write the same blocks with the same token again.</exception>
    public Task WriteAsync(RowBatch batch, string token, CancellationToken cancellationToken) =>
        WriteAsync(batch.Finish(), token, cancellationToken);

    /// <summary>Inserts finished blocks in the order they come in; see the other overload.</summary>
    public async Task WriteAsync(IReadOnlyList<TableBlock> blocks, string token, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(token);
        foreach (TableBlock block in blocks)
        {
            await client.InsertAsync(block.Table, block.NativeBlock, $"{token}/{block.Table}", cancellationToken).ConfigureAwait(false);
        }
    }
}
