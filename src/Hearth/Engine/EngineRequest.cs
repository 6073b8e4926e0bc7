using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Hearth.Engine;

/// <summary>The address of a request in ClickHouse's HTTP dialect: what it asks beside the statement.</summary>
internal sealed class EngineRequest
{
    // Names of the HTTP interface itself; everything else in an address is a setting.
    private static readonly HashSet<string> Own = new(StringComparer.Ordinal)
    {
        "query", "database", "default_format", "query_id", "user", "password", "compress", "decompress", "session_id", "session_timeout",
        "session_check", "quota_key", "stacktrace", "role", "close_session", "client_protocol_version", "wait_end_of_query", "buffer_size",
        "enable_http_compression", "http_zlib_compression_level", "http_write_exception_in_output_format",
    };

    private EngineRequest()
    {
    }

    public string Query { get; private init; } = "";

    public string Database { get; private init; } = "default";

    public string DefaultFormat { get; private init; } = "TabSeparated";

    public string QueryId { get; private init; } = "";

    public bool Compress { get; private init; }

    public List<KeyValuePair<string, string>> Parameters { get; } = [];

    public SortedDictionary<string, string> Settings { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads it; null with an error text in ClickHouse's form when something is not understood.</summary>
    public static EngineRequest? Read(HttpRequest request, EngineOptions options, out string? error)
    {
        IQueryCollection query = request.Query;
        string id = Last(query, "query_id", "");
        EngineRequest read = new()
        {
            Query = Last(query, "query", ""),
            Database = NotEmpty(Last(query, "database", request.Headers["X-ClickHouse-Database"].ToString()), "default"),
            DefaultFormat = NotEmpty(Last(query, "default_format", request.Headers["X-ClickHouse-Format"].ToString()), "TabSeparated"),
            QueryId = IsPlain(id) ? id : Guid.NewGuid().ToString(),
            Compress = Last(query, "enable_http_compression", "0") == "1"
                && request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase),
        };
        foreach ((string name, StringValues values) in query)
        {
            string value = values[^1] ?? "";
            if (name.StartsWith("param_", StringComparison.Ordinal))
            {
                read.Parameters.Add(new(name["param_".Length..], value));
            }
            else if (!Own.Contains(name))
            {
                if (!IsPlain(name))
                {
                    error = $"Code: 115. DB::Exception: Unknown setting '{name}'. (UNKNOWN_SETTING)";
                    return null;
                }

                read.Settings[name] = value;
            }
        }

        read.Settings.TryAdd("max_execution_time", options.StatementSeconds.ToString(CultureInfo.InvariantCulture));
        if (Last(query, "compress", "0") == "1" || Last(query, "decompress", "0") == "1" || Last(query, "session_id", "").Length > 0)
        {
            error = "Code: 48. DB::Exception: Sessions and ClickHouse's own block compression are not part of the embedded engine's HTTP "
                + "interface; use gzip. (NOT_IMPLEMENTED)";
            return null;
        }

        error = null;
        return read;
    }

    private static string Last(IQueryCollection query, string name, string otherwise) =>
        query.TryGetValue(name, out StringValues values) ? values[^1] ?? otherwise : otherwise;

    private static string NotEmpty(string value, string otherwise) => value.Length > 0 ? value : otherwise;

    private static bool IsPlain(string name) =>
        name.Length is > 0 and <= 128 && name.All(static unit => char.IsAsciiLetterOrDigit(unit) || unit is '_' or '-' or '.');
}
