namespace Hearth.Collector.Runtimes.Dotnet;

/// <summary>
/// Takes a perf-map name of the CLR apart: <c>RETURN [MODULE] NAMESPACE.TYPE::METHOD(ARGUMENTS)[TIER]</c>, generic arguments in
/// square brackets, nested types after a plus sign.
/// </summary>
internal static class ClrMethodName
{
    /// <summary>Longest text that is taken apart, bytes.</summary>
    public const int BytesMax = 2048;

    /// <summary>Bytes of the buffer that <see cref="TryParse"/> writes into.</summary>
    public const int BufferBytes = (2 * BytesMax) + 2;

    /// <summary>Takes a name apart.</summary>
    /// <param name="text">The perf map's name; at most <see cref="BytesMax"/> bytes of it are read.</param>
    /// <param name="buffer">At least <see cref="BufferBytes"/>; holds the names.</param>
    /// <param name="readable"><c>Namespace.Type&lt;Argument&gt;.Method</c>.</param>
    /// <param name="system">The name without tier and without addresses, so that it is the same in every process.</param>
    /// <param name="module">The assembly's simple name.</param>
    /// <returns>False: not the name of a method (a stub); then nothing is set.</returns>
    public static bool TryParse(
        ReadOnlySpan<byte> text,
        Span<byte> buffer,
        out ReadOnlySpan<byte> readable,
        out ReadOnlySpan<byte> system,
        out ReadOnlySpan<byte> module)
    {
        readable = system = module = default;
        text = text[..Math.Min(text.Length, BytesMax)];
        if (!TryFindModule(text, out int moduleStart, out int moduleEnd))
        {
            return false;
        }

        ReadOnlySpan<byte> method = text[(moduleEnd + 2)..];
        int separator = method.IndexOf("::"u8);
        int arguments = separator < 0 ? -1 : method[separator..].IndexOf((byte)'(');
        if (separator <= 0 || arguments <= 2)
        {
            return false;
        }

        ReadOnlySpan<byte> name = method[(separator + 2)..(separator + arguments)];
        int length = WriteType(method[..separator], buffer);
        buffer[length++] = (byte)'.';
        name.CopyTo(buffer[length..]);
        length += name.Length;
        readable = buffer[..length];
        buffer = buffer[length..];
        system = buffer[..WriteWithoutComments(WithoutTier(text), buffer)];
        module = text[moduleStart..moduleEnd];
        return true;
    }

    // Dynamic methods carry addresses: "Closure /* MT: 0x7f89c8b5eca0 */".
    private static int WriteWithoutComments(ReadOnlySpan<byte> text, Span<byte> into)
    {
        int length = 0;
        while (text.IndexOf(" /*"u8) is var start and >= 0 && text[start..].IndexOf("*/"u8) is var end and >= 0)
        {
            text[..start].CopyTo(into[length..]);
            length += start;
            text = text[(start + end + 2)..];
        }

        text.CopyTo(into[length..]);
        return length + text.Length;
    }

    // The module stands in brackets between spaces. Brackets of the return type ("class [System.Runtime]System.String") have
    // no space behind them.
    private static bool TryFindModule(ReadOnlySpan<byte> text, out int start, out int end)
    {
        start = 0;
        end = -1;
        while (text[start..].IndexOf(" ["u8) is var at and >= 0)
        {
            start += at + 2;
            int close = text[start..].IndexOf((byte)']');
            if (close < 0)
            {
                return false;
            }

            end = start + close;
            if (close > 0 && end + 1 < text.Length && text[end + 1] == ' ')
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<byte> WithoutTier(ReadOnlySpan<byte> text)
    {
        int open = text.LastIndexOf((byte)'[');
        int close = text.LastIndexOf((byte)')');
        return close >= 0 && open > close ? text[..open] : text;
    }

    // Type`1+Nested`2[A,B[]] becomes Type.Nested<A,B[]>. Never longer than the input.
    private static int WriteType(ReadOnlySpan<byte> type, Span<byte> into)
    {
        int length = 0;
        Span<bool> generic = stackalloc bool[64];
        int depth = 0;
        for (int i = 0; i < type.Length; i++)
        {
            byte c = type[i];
            if (c == '`')
            {
                while (i + 1 < type.Length && type[i + 1] is >= (byte)'0' and <= (byte)'9')
                {
                    i++;
                }

                continue;
            }

            if (c == '[' && depth < generic.Length)
            {
                // An array's brackets hold nothing but commas.
                bool opensArguments = i + 1 < type.Length && type[i + 1] is not ((byte)']' or (byte)',' or (byte)'*');
                generic[depth++] = opensArguments;
                c = opensArguments ? (byte)'<' : c;
            }
            else if (c == ']' && depth > 0)
            {
                c = generic[--depth] ? (byte)'>' : c;
            }

            into[length++] = c == '+' ? (byte)'.' : c;
        }

        return length;
    }
}
