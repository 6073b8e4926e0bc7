using System.Buffers;
using System.Text;

namespace Hearth.Query.Selecting;

/// <summary>
/// A quoted string as PromQL has it: <c>"</c> and <c>'</c> with Go's escapes, backticks without any.
/// Escapes may name bytes (<c>\xHH</c>, <c>\NNN</c>), so the text is put together as UTF-8; bytes that are not UTF-8 become U+FFFD.
/// </summary>
internal static class QuotedText
{
    /// <summary>Reads the string that starts at <paramref name="at"/> and moves behind it; a sentence when it is malformed.</summary>
    public static string? TryRead(ReadOnlySpan<char> text, ref int at, out string value)
    {
        char quote = text[at++];
        ArrayBufferWriter<byte> bytes = new(64);
        value = "";
        while (at < text.Length)
        {
            char c = text[at];
            if (c == quote)
            {
                at++;
                value = Encoding.UTF8.GetString(bytes.WrittenSpan);
                return null;
            }

            if (c == '\n' && quote != '`')
            {
                return "A quoted text in the selector runs over the end of its line.";
            }

            if (c == '\\' && quote != '`')
            {
                if (!TryEscape(text, ref at, quote, bytes))
                {
                    return $"The selector has an unknown escape at position {at + 1}.";
                }

                continue;
            }

            Rune.DecodeFromUtf16(text[at..], out Rune rune, out int used);
            Append(bytes, rune);
            at += used;
        }

        return "A quoted text in the selector is not closed.";
    }

    private static bool TryEscape(ReadOnlySpan<char> text, ref int at, char quote, ArrayBufferWriter<byte> bytes)
    {
        if (at + 1 >= text.Length)
        {
            return false;
        }

        char c = text[at + 1];
        int plain = c switch
        {
            'a' => 7,
            'b' => 8,
            't' => 9,
            'n' => 10,
            'v' => 11,
            'f' => 12,
            'r' => 13,
            '\\' => '\\',
            _ when c == quote => quote,
            _ => -1,
        };
        if (plain >= 0)
        {
            bytes.GetSpan(1)[0] = (byte)plain;
            bytes.Advance(1);
            at += 2;
            return true;
        }

        return c switch
        {
            'x' => TryNumber(text, ref at, 2, 2, 16, bytes),
            'u' => TryNumber(text, ref at, 2, 4, 16, bytes),
            'U' => TryNumber(text, ref at, 2, 8, 16, bytes),
            >= '0' and <= '7' => TryNumber(text, ref at, 1, 3, 8, bytes),
            _ => false,
        };
    }

    private static bool TryNumber(ReadOnlySpan<char> text, ref int at, int skip, int digits, int radix, ArrayBufferWriter<byte> bytes)
    {
        if (at + skip + digits > text.Length)
        {
            return false;
        }

        uint number = 0;
        foreach (char c in text.Slice(at + skip, digits))
        {
            int digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : int.MaxValue;
            if (digit >= radix)
            {
                return false;
            }

            number = (number * (uint)radix) + (uint)digit;
        }

        at += skip + digits;
        if (digits <= 3)
        {
            bytes.GetSpan(1)[0] = (byte)number;
            bytes.Advance(1);
            return number <= 255;
        }

        if (!Rune.IsValid(number))
        {
            return false;
        }

        Append(bytes, new Rune(number));
        return true;
    }

    private static void Append(ArrayBufferWriter<byte> bytes, Rune rune) => bytes.Advance(rune.EncodeToUtf8(bytes.GetSpan(4)));
}
