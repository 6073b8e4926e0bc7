namespace Hearth.Ingest.Committing;

/// <summary>The store did not take the rows of a request; the sender may send it again.</summary>
internal sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
