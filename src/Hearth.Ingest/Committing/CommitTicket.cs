namespace Hearth.Ingest.Committing;

/// <summary>What a request waits for before it is answered.</summary>
/// <param name="Own">Ends with the attempt to insert the batch it was added to.</param>
/// <param name="Earlier">Ends with the attempt to insert the batch that already held some of it.</param>
/// <param name="Duplicates">Pieces that are or were stored from an earlier request.</param>
internal readonly record struct CommitTicket(Task Own, Task Earlier, int Duplicates)
{
    /// <summary>Ends when all of it is stored; fails with <see cref="StoreUnavailableException"/> when some is not.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await Earlier.WaitAsync(cancellationToken).ConfigureAwait(false);
        await Own.WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}
