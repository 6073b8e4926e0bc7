using System.Runtime.InteropServices;

namespace Hearth.Engine;

/// <summary>The pieces of a query's answer, fetched some at a time so that small ones cost no thread switch each.</summary>
internal sealed class Pieces(ChdbConnection connection, nint stream)
{
    private const int BytesAtOnce = 256 << 10;

    private readonly List<ChdbResult> _fetched = [];

    /// <summary>What the last fetch brought; valid until the next.</summary>
    public IReadOnlyList<ChdbResult> Fetched => _fetched;

    /// <summary>Whether there is no more.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Why there is no more; null when the answer is whole.</summary>
    public string? Error { get; private set; }

    /// <summary>Fetches pieces until they are worth sending, or the end.</summary>
    public Task<bool> FetchAsync(EngineSummary summary) => connection.RunAsync(() => Fetch(summary));

    /// <summary>Ends the query if it has not ended, and frees everything.</summary>
    public Task<bool> EndAsync() => connection.RunAsync(End);

    private unsafe bool Fetch(EngineSummary summary)
    {
        Free();
        string? refused = stream == 0 ? "Code: 0. DB::Exception: The engine did not start the query. (LOGICAL_ERROR)" : Text(stream);
        if (refused is not null)
        {
            Error = refused;
            HasEnded = true;
            return true;
        }

        long bytes = 0;
        while (!HasEnded && bytes < BytesAtOnce)
        {
            ChdbResult piece = new(connection.Api, connection.Api.StreamFetch(connection.Handle, stream));
            piece.AddTo(summary);
            bytes += piece.Bytes.Length;
            if (piece.Error is not null || piece.Bytes.IsEmpty)
            {
                Error = piece.Error;
                HasEnded = true;
                piece.Dispose();
            }
            else
            {
                _fetched.Add(piece);
            }
        }

        return true;
    }

    private unsafe string? Text(nint result) => Marshal.PtrToStringUTF8((nint)connection.Api.ResultError(result));

    private unsafe bool End()
    {
        Free();
        if (!HasEnded)
        {
            connection.Api.StreamCancel(connection.Handle, stream);
        }

        if (stream != 0)
        {
            connection.Api.ResultDestroy(stream);
        }

        return true;
    }

    private void Free()
    {
        foreach (ChdbResult piece in _fetched)
        {
            piece.Dispose();
        }

        _fetched.Clear();
    }
}
