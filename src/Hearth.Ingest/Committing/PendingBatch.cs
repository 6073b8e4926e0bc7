using System.Globalization;
using Hearth.Ingest.Shaping;
using Hearth.Profiles.Ids;
using Hearth.Storage.Writing;

namespace Hearth.Ingest.Committing;

/// <summary>Rows of several requests that will be inserted together, with what becomes true once they are.</summary>
internal sealed class PendingBatch
{
    /// <summary>The rows.</summary>
    public RowBatch Rows { get; } = new();

    /// <summary>Symbols among the rows, known from the insert on.</summary>
    public SymbolSet Symbols { get; } = new();

    /// <summary>Identities of the pieces among the rows.</summary>
    public HashSet<UInt128> Identities { get; } = [];

    /// <summary>
    /// Ends with the next attempt to insert the batch: with success, or with the error that the requests in it are told.
    /// </summary>
    public TaskCompletionSource Attempt { get; private set; } = NewAttempt();

    /// <summary>Profiles with rows in it.</summary>
    public int Profiles { get; set; }

    /// <summary>True when there is nothing to insert.</summary>
    public bool IsEmpty => Identities.Count == 0;

    /// <summary>Whoever asks from now on waits for the attempt after this one.</summary>
    public TaskCompletionSource TakeAttempt()
    {
        TaskCompletionSource attempt = Attempt;
        Attempt = NewAttempt();
        return attempt;
    }

    /// <summary>Names the content of a batch: the hash of its blocks.</summary>
    public static string TokenOf(IReadOnlyList<TableBlock> blocks)
    {
        UInt128 hash = 0;
        foreach (TableBlock block in blocks)
        {
            hash = (hash * 3) ^ Xxh3.Hash128(block.NativeBlock.Span);
        }

        return hash.ToString("x32", CultureInfo.InvariantCulture);
    }

    /// <summary>Ends an attempt with what its requests are told.</summary>
    public static void Tell(TaskCompletionSource? attempt, StoreUnavailableException told)
    {
        attempt?.SetException(told);

        // Read once, so that an attempt nobody waits for any more is not reported as unobserved.
        _ = attempt?.Task.Exception;
    }

    /// <summary>True when some of the pieces is in the batch.</summary>
    public bool ContainsAny(ReadOnlySpan<ShapedPiece> pieces)
    {
        foreach (ref readonly ShapedPiece piece in pieces)
        {
            if (Identities.Contains(piece.Identity))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Back to no rows; memory is kept.</summary>
    public void Clear()
    {
        Rows.Clear();
        Symbols.Clear();
        Identities.Clear();
        Profiles = 0;
        Attempt = NewAttempt();
    }

    private static TaskCompletionSource NewAttempt() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
