using System.Globalization;
using System.Text;

namespace Hearth.Storage.ClickHouse;

/// <summary>Reads ClickHouse's error text: <c>Code: 60. DB::Exception: … (UNKNOWN_TABLE) (version …)</c>.</summary>
internal static class ClickHouseError
{
    private const int MessageLengthMax = 2000;

    public static ClickHouseException Parse(string text, int status = 0)
    {
        string body = text.Trim();
        int code = 0;
        const string Lead = "Code: ";
        if (body.StartsWith(Lead, StringComparison.Ordinal))
        {
            int end = body.AsSpan(Lead.Length).IndexOfAnyExceptInRange('0', '9');
            end = end < 0 ? body.Length : Lead.Length + end;
            _ = int.TryParse(body.AsSpan(Lead.Length, end - Lead.Length), NumberStyles.None, CultureInfo.InvariantCulture, out code);
        }

        if (body.Length == 0)
        {
            body = $"The store answered with HTTP status {status} and no text.";
        }

        string name = NameIn(body);
        return new ClickHouseException(code, name, body.Length > MessageLengthMax ? body[..MessageLengthMax] + "…" : body);
    }

    /// <summary>
    /// The message of an exception that came after the answer had begun (ClickHouse 25.11 and later):
    /// CRLF <c>__exception__</c> CRLF tag CRLF message LF length SP tag CRLF <c>__exception__</c> CRLF, at the end of the body.
    /// Null when the bytes hold none. The tag is random per answer, so data cannot pretend to be an exception.
    /// </summary>
    public static ClickHouseException? FindTrailer(ReadOnlySpan<byte> tail, ReadOnlySpan<byte> tag)
    {
        if (tag.IsEmpty)
        {
            return null;
        }

        Span<byte> mark = stackalloc byte[2 + Marker.Length + 2 + tag.Length + 2];
        "\r\n"u8.CopyTo(mark);
        Marker.CopyTo(mark[2..]);
        "\r\n"u8.CopyTo(mark[(2 + Marker.Length)..]);
        tag.CopyTo(mark[(4 + Marker.Length)..]);
        "\r\n"u8.CopyTo(mark[^2..]);
        int at = tail.LastIndexOf(mark);
        if (at < 0)
        {
            return null;
        }

        ReadOnlySpan<byte> message = tail[(at + mark.Length)..];
        int end = message.LastIndexOf(tag);
        if (end >= 0)
        {
            message = message[..end];
            int line = message.LastIndexOf((byte)'\n');
            message = line >= 0 ? message[..line] : message;
        }

        return Parse(Encoding.UTF8.GetString(message));
    }

    internal static ReadOnlySpan<byte> Marker => "__exception__"u8;

    // The name is the last parenthesis in capitals: "(UNKNOWN_TABLE)", perhaps followed by "(version 26.7 (official build))".
    private static string NameIn(string text)
    {
        int close = text.Length;
        while ((close = text.LastIndexOf(')', close - 1)) > 0)
        {
            int open = text.LastIndexOf('(', close);
            if (open < 0)
            {
                break;
            }

            ReadOnlySpan<char> name = text.AsSpan(open + 1, close - open - 1);
            if (name.Length > 2 && name.IndexOfAnyExcept(NameLetters) < 0 && char.IsAsciiLetterUpper(name[0]))
            {
                return name.ToString();
            }
        }

        return "";
    }

    private static readonly System.Buffers.SearchValues<char> NameLetters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
}
