using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Hearth.Engine;

/// <summary>
/// The answer to one request. Its head leaves with the first bytes; a failure after that is told in a trailer at the end of the body,
/// as ClickHouse 25.11 and later tell it: CRLF <c>__exception__</c> CRLF tag CRLF message LF length SP tag CRLF <c>__exception__</c>
/// CRLF, with a random tag that the head names.
/// </summary>
internal sealed class EngineAnswer(HttpResponse response, EngineRequest? request)
{
    // ClickHouse keeps a trailer under 16 KiB.
    private const int TrailerMessageMax = 15 << 10;

    private readonly string _tag = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz", 16);
    private GZipStream? _gzip;

    /// <summary>Whether the head has left.</summary>
    public bool HasStarted => response.HasStarted;

    /// <summary>Whether the head is set.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Sets the head of a success.</summary>
    public void Begin(string format, string summary)
    {
        HasBegun = true;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = format switch
        {
            "TabSeparated" or "TSV" => "text/tab-separated-values; charset=UTF-8",
            "CSV" => "text/csv; charset=UTF-8",
            "JSON" or "JSONCompact" => "application/json; charset=UTF-8",
            "Native" or "RowBinary" => "application/octet-stream",
            _ => "text/plain; charset=UTF-8",
        };
        Head(summary);
        response.Headers["X-ClickHouse-Format"] = format;
        if (request?.Compress == true)
        {
            response.Headers.ContentEncoding = "gzip";
            _gzip = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
        }
    }

    /// <summary>Writes a piece of the body.</summary>
    public async Task WriteAsync(ChdbResult piece, CancellationToken cancellationToken)
    {
        if (_gzip is not null)
        {
            int length = piece.Bytes.Length;
            byte[] copy = ArrayPool<byte>.Shared.Rent(length);
            piece.Bytes.CopyTo(copy);
            await _gzip.WriteAsync(copy.AsMemory(0, length), cancellationToken);
            ArrayPool<byte>.Shared.Return(copy);
            return;
        }

        response.BodyWriter.Write(piece.Bytes);
        await response.BodyWriter.FlushAsync(cancellationToken);
    }

    /// <summary>Ends the body.</summary>
    public async Task EndAsync()
    {
        if (_gzip is not null)
        {
            await _gzip.DisposeAsync();
        }
    }

    /// <summary>Tells a failure: as the answer, or behind what already left.</summary>
    public async Task FailAsync(EngineError error, CancellationToken cancellationToken)
    {
        if (!response.HasStarted)
        {
            _gzip = null;
            response.Clear();
            response.StatusCode = error.Status;
            response.ContentType = "text/plain; charset=UTF-8";
            Head(new EngineSummary().ToHeader(TimeSpan.Zero));
            response.Headers["X-ClickHouse-Exception-Code"] = error.Code.ToString(System.Globalization.CultureInfo.InvariantCulture);
            await response.WriteAsync(error.Text + "\n", cancellationToken);
            return;
        }

        byte[] message = Encoding.UTF8.GetBytes(error.Text.Length > TrailerMessageMax ? error.Text[..TrailerMessageMax] : error.Text);
        byte[] trailer =
        [
            .. Encoding.ASCII.GetBytes($"\r\n__exception__\r\n{_tag}\r\n"), .. message,
            .. Encoding.ASCII.GetBytes($"\n{message.Length + 1} {_tag}\r\n__exception__\r\n"),
        ];
        if (_gzip is not null)
        {
            await _gzip.WriteAsync(trailer, cancellationToken);
            await _gzip.DisposeAsync();
        }
        else
        {
            await response.BodyWriter.WriteAsync(trailer, cancellationToken);
        }
    }

    private void Head(string summary)
    {
        response.Headers["X-ClickHouse-Query-Id"] = request?.QueryId ?? "";
        response.Headers["X-ClickHouse-Summary"] = summary;
        response.Headers["X-ClickHouse-Timezone"] = "UTC";
        response.Headers["X-ClickHouse-Exception-Tag"] = _tag;
    }
}
