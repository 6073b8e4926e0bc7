using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Hearth.Engine;

/// <summary>Runs one statement on one connection and writes what comes of it; null on success, else the error.</summary>
internal sealed class StatementRunner(
    ChdbConnection connection, EngineRequest request, EngineAnswer answer, long started, TimeProvider time)
{
    private const int AppendBytes = 256 << 10;

    private readonly EngineSummary _summary = new();

    /// <summary>Runs a statement whose answer is small, or cannot come in pieces.</summary>
    public async Task<EngineError?> RunAsync(StatementText statement, CancellationToken cancellationToken)
    {
        using ChdbResult result = await connection.RunAsync(() => connection.Query(statement.Text, statement.Format, request.Parameters));
        if (result.Error is not null)
        {
            return EngineError.Of(result.Error);
        }

        result.AddTo(_summary);
        answer.Begin(statement.Format, Summary());
        await answer.WriteAsync(result, cancellationToken);
        await answer.EndAsync();
        return null;
    }

    /// <summary>Runs a query and sends its answer piece by piece.</summary>
    public async Task<EngineError?> StreamAsync(StatementText statement, CancellationToken cancellationToken)
    {
        nint stream = await connection.RunAsync(() => connection.StreamQuery(statement.Text, statement.Format, request.Parameters));
        Pieces pieces = new(connection, stream);
        try
        {
            await pieces.FetchAsync(_summary);
            while (true)
            {
                // An answer that was fetched whole has its summary in the head; a failure before the first byte has its status.
                if (pieces.Error is not null && !answer.HasStarted)
                {
                    return EngineError.Of(pieces.Error);
                }

                if (!answer.HasBegun)
                {
                    answer.Begin(statement.Format, Summary());
                }

                foreach (ChdbResult piece in pieces.Fetched)
                {
                    await answer.WriteAsync(piece, cancellationToken);
                }

                if (pieces.HasEnded)
                {
                    break;
                }

                await pieces.FetchAsync(_summary);
            }

            if (pieces.Error is not null)
            {
                return EngineError.Of(pieces.Error);
            }

            await answer.EndAsync();
            return null;
        }
        finally
        {
            await pieces.EndAsync();
        }
    }

    /// <summary>Runs an insert whose data are the body.</summary>
    public async Task<EngineError?> InsertAsync(StatementText statement, Stream body, long bytesMax, CancellationToken cancellationToken)
    {
        nint stream = await connection.RunAsync(() => connection.StreamInsert(statement.Text, statement.InsertFormat!));
        byte[] buffer = ArrayPool<byte>.Shared.Rent(AppendBytes);
        bool finished = false;
        try
        {
            string? error = await connection.RunAsync(() => InsertError(stream));
            long total = 0;
            int length;
            while (error is null && (length = await body.ReadAtLeastAsync(buffer, AppendBytes, false, cancellationToken)) > 0)
            {
                total += length;
                if (total > bytesMax)
                {
                    return EngineError.TooLarge("data of an insert", bytesMax);
                }

                error = await connection.RunAsync(() => Append(stream, buffer, length));
            }

            if (error is not null)
            {
                return EngineError.Of(error);
            }

            finished = true;
            using ChdbResult done = await connection.RunAsync(() => Done(stream));
            if (done.Error is not null)
            {
                return EngineError.Of(done.Error);
            }

            done.AddTo(_summary);
            answer.Begin(statement.Format, Summary());
            await answer.EndAsync();
            return null;
        }
        finally
        {
            await connection.RunAsync(() => EndInsert(stream, finished));
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private string Summary() => _summary.ToHeader(time.GetElapsedTime(started));

    private unsafe string? InsertError(nint stream) =>
        System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)connection.Api.InsertError(stream));

    private unsafe string? Append(nint stream, byte[] buffer, int length)
    {
        fixed (byte* bytes = buffer)
        {
            return connection.Api.InsertAppend(stream, bytes, (nuint)length) == 0
                ? null
                : InsertError(stream) ?? "Code: 0. DB::Exception: The engine did not take the data. (LOGICAL_ERROR)";
        }
    }

    private unsafe ChdbResult Done(nint stream) => new(connection.Api, connection.Api.InsertDone(stream));

    private unsafe bool EndInsert(nint stream, bool finished)
    {
        if (!finished)
        {
            connection.Api.InsertCancel(stream);
        }

        connection.Api.InsertDestroy(stream);
        return true;
    }
}
