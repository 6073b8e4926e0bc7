using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Hearth.Storage.ClickHouse;

/// <summary>
/// Talks to ClickHouse over HTTP: the embedded engine and a server alike. Safe for use by many threads. It never retries:
/// the caller knows whether a statement may run twice.
/// </summary>
public sealed class ClickHouseClient : IDisposable
{
    internal const int TextBytesMax = 1 << 20;

    // ClickHouse cuts the trailer of a failure at 16 KiB.
    internal const int TrailerBytesMax = (16 << 10) + 256;

    private readonly ClickHouseOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    /// <summary>A client with its own connections.</summary>
    public ClickHouseClient(ClickHouseOptions options, TimeProvider? time = null)
    {
        _options = options;
        _time = time ?? TimeProvider.System;
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(options.ConnectSeconds),
            MaxConnectionsPerServer = options.ConnectionsMax,

            // Below what a server waits (10 s, 3 s in old versions), so that a statement does not meet a connection just closed.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(2.5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            AutomaticDecompression = options.Compress ? DecompressionMethods.GZip : DecompressionMethods.None,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The database statements run in.</summary>
    public string Database => _options.Database;

    /// <summary>Runs a statement that returns nothing or a short text (at most 1 MiB), and returns that text.</summary>
    /// <exception cref="ClickHouseException">It failed, or the store is away.</exception>
    public Task<string> ExecuteAsync(string sql, CancellationToken cancellationToken) =>
        ExecuteAsync(new ClickHouseStatement(sql), cancellationToken);

    /// <summary>Runs a statement that returns nothing or a short text (at most 1 MiB), and returns that text.</summary>
    /// <exception cref="ClickHouseException">It failed, or the store is away.</exception>
    public async Task<string> ExecuteAsync(ClickHouseStatement statement, CancellationToken cancellationToken)
    {
        long started = _time.GetTimestamp();
        StatementTimer outcome = new(StorageMetrics.Execute, _time, started);
        try
        {
            using ClickHouseExchange exchange = Exchange(statement.Timeout, _options.QuerySeconds);
            using HttpRequestMessage request = Request(statement, "TabSeparated");
            request.Content = new StringContent(statement.Text, Encoding.UTF8);
            await exchange.SendAsync(_http, request, cancellationToken).ConfigureAwait(false);
            string text = await exchange.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            outcome.Succeeded();
            return text;
        }
        finally
        {
            outcome.Record();
        }
    }

    /// <summary>Runs a query and returns its blocks as they come.</summary>
    /// <exception cref="ClickHouseException">It failed before the first block, or the store is away.</exception>
    public async Task<ClickHouseResult> QueryAsync(ClickHouseStatement statement, CancellationToken cancellationToken)
    {
        long started = _time.GetTimestamp();
        StatementTimer outcome = new(StorageMetrics.Query, _time, started);
        ClickHouseExchange exchange = Exchange(statement.Timeout, _options.QuerySeconds);
        try
        {
            using HttpRequestMessage request = Request(statement, "Native");
            request.Content = new StringContent(statement.Text, Encoding.UTF8);
            await exchange.SendAsync(_http, request, cancellationToken).ConfigureAwait(false);
            Stream body = await exchange.OpenAsync(cancellationToken).ConfigureAwait(false);
            ClickHouseResult result = new(_options, exchange, body);
            outcome.Succeeded();
            return result;
        }
        finally
        {
            outcome.Record();
            if (!outcome.HasSucceeded)
            {
                exchange.Dispose();
            }
        }
    }

    /// <summary>
    /// Inserts a finished block, synchronously: when this returns, the rows are stored and, with the schema's settings, on the disk.
    /// The block's own column names say which columns it has.
    /// </summary>
    /// <param name="table">Table name, from code: it becomes part of the statement.</param>
    /// <param name="nativeBlock">Blocks in the Native format.</param>
    /// <param name="token">Deduplication token: a repeated insert with it stores nothing.</param>
    /// <param name="cancellationToken">Ends the wait; what was sent whole may still be stored.</param>
    /// <exception cref="ClickHouseException">It failed, or the store is away: the rows may or may not be stored.</exception>
    public async Task<ClickHouseSummary> InsertAsync(
        string table, ReadOnlyMemory<byte> nativeBlock, string token, CancellationToken cancellationToken)
    {
        long started = _time.GetTimestamp();
        StatementTimer outcome = new(StorageMetrics.Insert, _time, started);
        try
        {
            ClickHouseStatement statement = new ClickHouseStatement($"INSERT INTO `{table}` FORMAT Native")
                .Set("async_insert", 0)
                .Set("insert_deduplicate", 1)
                .Set("insert_deduplication_token", token)
                .Set("max_partitions_per_insert_block", 1000);
            using ClickHouseExchange exchange = Exchange(null, _options.InsertSeconds);
            using HttpRequestMessage request = Request(statement, "Native", statement.Text);
            using HttpContent content = _options.Compress ? Gzipped(nativeBlock) : new ReadOnlyMemoryContent(nativeBlock);
            request.Content = content;
            await exchange.SendAsync(_http, request, cancellationToken).ConfigureAwait(false);
            await exchange.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            outcome.Succeeded();
            StorageMetrics.InsertBytes.Add(nativeBlock.Length, new KeyValuePair<string, object?>("table", table));
            return exchange.Summary;
        }
        finally
        {
            outcome.Record();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static ByteArrayContent Gzipped(ReadOnlyMemory<byte> block)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(block.Span);
        }

        ByteArrayContent content = new(packed.GetBuffer(), 0, (int)packed.Length);
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    private ClickHouseExchange Exchange(TimeSpan? timeout, int seconds) =>
        new(_options.Url, timeout ?? TimeSpan.FromSeconds(seconds), _time);

    private HttpRequestMessage Request(ClickHouseStatement statement, string format, string? query = null)
    {
        StringBuilder path = new(256);
        path.Append("?default_format=").Append(format);
        string database = statement.Database ?? _options.Database;
        if (database.Length > 0)
        {
            path.Append("&database=").Append(Uri.EscapeDataString(database));
        }

        if (query is not null)
        {
            path.Append("&query=").Append(Uri.EscapeDataString(query));
        }

        if (_options.Compress)
        {
            path.Append("&enable_http_compression=1");
        }

        foreach ((string name, string value) in statement.Settings)
        {
            path.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }

        foreach ((string name, string value) in statement.Parameters)
        {
            path.Append("&param_").Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }

        HttpRequestMessage request = new(HttpMethod.Post, new Uri(_options.Url, path.ToString()));
        if (_options.User.Length > 0)
        {
            request.Headers.Add("X-ClickHouse-User", _options.User);
        }

        if (_options.Key.Length > 0)
        {
            request.Headers.Add("X-ClickHouse-Key", _options.Key);
        }

        if (_options.Compress)
        {
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        }

        return request;
    }
}
