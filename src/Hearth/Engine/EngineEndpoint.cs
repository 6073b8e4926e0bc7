using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hearth.Engine;

/// <summary>Answers ClickHouse's HTTP dialect, as far as Hearth speaks it: statements by POST, and /ping.</summary>
internal sealed partial class EngineEndpoint(
    ConnectionPool pool, EngineOptions options, EngineMetrics metrics, TimeProvider time, ILogger logger)
{
    private readonly byte[] _key = Encoding.UTF8.GetBytes(options.Key);

    /// <summary>Says that the engine is there; needs no key.</summary>
    public static Task PingAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=UTF-8";
        return context.Response.WriteAsync("Ok.\n", context.RequestAborted);
    }

    /// <summary>Runs a statement.</summary>
    public async Task RunAsync(HttpContext context)
    {
        EngineAnswer refusal = new(context.Response, null);
        if (!IsAllowed(context.Request))
        {
            await refusal.FailAsync(EngineError.Unauthorized, context.RequestAborted);
            return;
        }

        EngineRequest? request = EngineRequest.Read(context.Request, options, out string? mistake);
        if (request is null)
        {
            await refusal.FailAsync(EngineError.Of(mistake!), context.RequestAborted);
            return;
        }

        EngineAnswer answer = new(context.Response, request);
        try
        {
            EngineError? error = await RunAsync(context, request, answer);
            if (error is not null)
            {
                await answer.FailAsync(error, context.RequestAborted);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            LogGone(logger, request.QueryId);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or BadHttpRequestException)
        {
            // The body broke off or is no gzip: nothing of it is stored.
            string text = $"Code: 33. DB::Exception: The request's body cannot be read: {error.Message} (CANNOT_READ_ALL_DATA)";
            await answer.FailAsync(EngineError.Of(text) with { Status = StatusCodes.Status400BadRequest }, context.RequestAborted);
        }
    }

    private async Task<EngineError?> RunAsync(HttpContext context, EngineRequest request, EngineAnswer answer)
    {
        Stream? body = Body(context.Request);
        if (body is null)
        {
            return EngineError.Of(
                "Code: 89. DB::Exception: The request's Content-Encoding is neither gzip nor identity. (UNKNOWN_COMPRESSION_METHOD)");
        }

        await using (body)
        {
            StatementText statement = StatementText.Read(request.Query, request.DefaultFormat, dataFollow: request.Query.Length > 0);
            if (statement.InsertFormat is null)
            {
                string? text = await ReadTextAsync(body, context.RequestAborted);
                if (text is null)
                {
                    return EngineError.TooLarge(
                        "statement", options.StatementBytesMax) with { Status = StatusCodes.Status413PayloadTooLarge };
                }

                string whole = request.Query.Length == 0 ? text : text.Length == 0 ? request.Query : $"{request.Query}\n{text}";
                statement = StatementText.Read(whole, request.DefaultFormat, dataFollow: false);
            }

            ChdbConnection? connection = await pool.RentAsync(context.RequestAborted);
            return connection is null ? EngineError.Busy : await RunOnAsync(connection, context, request, answer, statement, body);
        }
    }

    private async Task<EngineError?> RunOnAsync(
        ChdbConnection connection, HttpContext context, EngineRequest request, EngineAnswer answer, StatementText statement, Stream body)
    {
        long started = time.GetTimestamp();
        string kind = statement.InsertFormat is not null ? "insert" : statement.Streams ? "select" : "other";
        EngineError? error = null;
        try
        {
            string? refused = await connection.RunAsync(() => connection.Prepare(request.Database, request.Settings));
            if (refused is not null)
            {
                return error = EngineError.Of(refused);
            }

            StatementRunner runner = new(connection, request, answer, started, time);
            if (statement.InsertFormat is not null)
            {
                return error = await runner.InsertAsync(statement, body, options.InsertBytesMax, context.RequestAborted);
            }

            // The comment names the statement to KILL QUERY, should the client go away.
            string lead = $"/* {request.QueryId} {connection.Handle:x} */";
            StatementText named = statement.Led(lead);
            await using CancellationTokenRegistration gone = context.RequestAborted.Register(() => _ = StopAsync(lead));
            return error = statement.Streams
                ? await runner.StreamAsync(named, context.RequestAborted)
                : await runner.RunAsync(named, context.RequestAborted);
        }
        finally
        {
            metrics.Record(kind, error?.Code ?? 0, time.GetElapsedTime(started));
            await pool.ReturnAsync(connection);
        }
    }

    private async Task StopAsync(string lead)
    {
        try
        {
            await pool.StopAsync(lead);
        }
        catch (InvalidOperationException)
        {
            // The engine ends: its connections take no more work, and the statement ends with it.
            LogGone(logger, lead);
        }
    }

    private static Stream? Body(HttpRequest request) => request.Headers.ContentEncoding.ToString() switch
    {
        "" or "identity" => request.Body,
        "gzip" => new GZipStream(request.Body, CompressionMode.Decompress),
        _ => null,
    };

    private async Task<string?> ReadTextAsync(Stream body, CancellationToken cancellationToken)
    {
        using MemoryStream text = new();
        byte[] buffer = new byte[16 << 10];
        int length;
        while ((length = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            text.Write(buffer, 0, length);
            if (text.Length > options.StatementBytesMax)
            {
                return null;
            }
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private bool IsAllowed(HttpRequest request)
    {
        if (_key.Length == 0)
        {
            return true;
        }

        string given = request.Headers["X-ClickHouse-Key"].ToString();
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), _key);
    }

    [LoggerMessage(EventId = 1403, Level = LogLevel.Debug, Message = "the client of statement {Statement} went away")]
    private static partial void LogGone(ILogger logger, string statement);
}
