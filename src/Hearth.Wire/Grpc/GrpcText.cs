using System.Text;

namespace Hearth.Wire.Grpc;

/// <summary>The percent-encoding of grpc-message: UTF-8, where all but printable ASCII, and "%", is %XX.</summary>
internal static class GrpcText
{
    /// <summary>Encodes; stops before the result would be longer than <paramref name="lengthMax"/>.</summary>
    public static string Encode(string message, int lengthMax)
    {
        StringBuilder text = new(Math.Min(message.Length, lengthMax));
        Span<byte> utf8 = stackalloc byte[4];
        foreach (Rune rune in message.EnumerateRunes())
        {
            bool plain = rune.Value is >= 0x20 and <= 0x7E and not '%';
            int size = plain ? 1 : 3 * rune.Utf8SequenceLength;
            if (text.Length + size > lengthMax)
            {
                break;
            }

            if (plain)
            {
                text.Append((char)rune.Value);
                continue;
            }

            foreach (byte b in utf8[..rune.EncodeToUtf8(utf8)])
            {
                text.Append('%').Append(Digit(b >> 4)).Append(Digit(b & 15));
            }
        }

        return text.ToString();
    }

    /// <summary>Decodes; what is not %XX stays as it is, as the protocol asks.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        byte[] source = Encoding.UTF8.GetBytes(text);
        int length = 0;
        for (int i = 0; i < source.Length; i++)
        {
            byte b = source[i];
            if (b == '%' && i + 2 < source.Length && char.IsAsciiHexDigit((char)source[i + 1]) && char.IsAsciiHexDigit((char)source[i + 2]))
            {
                b = (byte)((Value(source[i + 1]) << 4) | Value(source[i + 2]));
                i += 2;
            }

            source[length++] = b;
        }

        return Encoding.UTF8.GetString(source, 0, length);
    }

    private static char Digit(int value) => (char)(value < 10 ? '0' + value : 'A' + value - 10);

    private static int Value(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
