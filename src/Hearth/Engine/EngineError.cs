using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Hearth.Engine;

/// <summary>An error of the engine on its way to a client.</summary>
/// <param name="Code">ClickHouse's number; 0 unknown.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Text">The text, <c>Code: N. DB::Exception: …</c>.</param>
internal sealed partial record EngineError(int Code, int Status, string Text)
{
    public static EngineError Unauthorized { get; } = Of(
        "Code: 516. DB::Exception: The engine's key is missing or wrong: send it as X-ClickHouse-Key. (AUTHENTICATION_FAILED)");

    public static EngineError Busy { get; } = Of(
        "Code: 202. DB::Exception: Too many statements wait for the engine; try again later. (TOO_MANY_SIMULTANEOUS_QUERIES)");

    public static EngineError TooLarge(string what, long bytes) => Of(string.Create(
        CultureInfo.InvariantCulture, $"Code: 307. DB::Exception: The {what} is larger than {bytes} bytes. (TOO_MANY_BYTES)"));

    /// <summary>Reads number and name and chooses the status that a ClickHouse server gives them (exceptionCodeToHTTPStatus).</summary>
    public static EngineError Of(string text)
    {
        const string Lead = "Code: ";
        int code = 0;
        if (text.StartsWith(Lead, StringComparison.Ordinal))
        {
            int end = text.AsSpan(Lead.Length).IndexOfAnyExceptInRange('0', '9');
            _ = int.TryParse(text.AsSpan(Lead.Length, Math.Max(end, 0)), NumberStyles.None, CultureInfo.InvariantCulture, out code);
        }

        string name = Name().Match(text).Groups["name"].Value;
        return new EngineError(code, StatusOf(name), text);
    }

    private static int StatusOf(string name) => name switch
    {
        "REQUIRED_PASSWORD" => StatusCodes.Status401Unauthorized,
        "UNKNOWN_USER" or "WRONG_PASSWORD" or "AUTHENTICATION_FAILED" => StatusCodes.Status403Forbidden,
        "BAD_ARGUMENTS" or "CANNOT_COMPILE_REGEXP" or "CANNOT_PARSE_TEXT" or "CANNOT_PARSE_ESCAPE_SEQUENCE"
            or "CANNOT_PARSE_QUOTED_STRING" or "CANNOT_PARSE_DATE" or "CANNOT_PARSE_DATETIME" or "CANNOT_PARSE_NUMBER"
            or "CANNOT_PARSE_DOMAIN_VALUE_FROM_STRING" or "CANNOT_PARSE_IPV4" or "CANNOT_PARSE_IPV6" or "CANNOT_PARSE_UUID"
            or "CANNOT_PARSE_INPUT_ASSERTION_FAILED" or "DUPLICATE_COLUMN" or "ILLEGAL_COLUMN" or "ILLEGAL_TYPE_OF_ARGUMENT"
            or "THERE_IS_NO_COLUMN" or "UNKNOWN_ELEMENT_IN_AST" or "UNKNOWN_TYPE_OF_AST_NODE" or "TOO_DEEP_AST" or "TOO_BIG_AST"
            or "UNEXPECTED_AST_STRUCTURE" or "VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE" or "SYNTAX_ERROR" or "INCORRECT_DATA"
            or "TYPE_MISMATCH" or "BAD_QUERY_PARAMETER" or "UNKNOWN_QUERY_PARAMETER" => StatusCodes.Status400BadRequest,
        "UNKNOWN_TABLE" or "UNKNOWN_FUNCTION" or "UNKNOWN_IDENTIFIER" or "UNKNOWN_TYPE" or "UNKNOWN_STORAGE" or "UNKNOWN_DATABASE"
            or "UNKNOWN_SETTING" or "UNKNOWN_DIRECTION_OF_SORTING" or "UNKNOWN_AGGREGATE_FUNCTION" or "UNKNOWN_FORMAT"
            or "UNKNOWN_DATABASE_ENGINE" or "UNKNOWN_TYPE_OF_QUERY" or "NO_ELEMENTS_IN_CONFIG" => StatusCodes.Status404NotFound,
        "TIMEOUT_EXCEEDED" => StatusCodes.Status408RequestTimeout,
        "QUERY_IS_TOO_LARGE" or "TOO_MANY_BYTES" => StatusCodes.Status413PayloadTooLarge,
        "NOT_IMPLEMENTED" => StatusCodes.Status501NotImplemented,
        "SOCKET_TIMEOUT" or "CANNOT_SCHEDULE_TASK" or "TOO_MANY_SIMULTANEOUS_QUERIES" => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    // "(UNKNOWN_TABLE)", the last of its kind; "(version …)" may follow.
    [GeneratedRegex(@"\((?<name>[A-Z][A-Z0-9_]{2,})\)", RegexOptions.RightToLeft | RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
