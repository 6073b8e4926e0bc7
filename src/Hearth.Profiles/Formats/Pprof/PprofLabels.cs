using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;

namespace Hearth.Profiles.Formats.Pprof;

/// <summary>
/// The labels by which a pprof sample names its span. pprof has no field for it; clients agree on two string labels with the ids in
/// lower-case hex, as W3C trace context writes them.
/// </summary>
internal static class PprofLabels
{
    private static readonly SearchValues<byte> LowerHex = SearchValues.Create("0123456789abcdef"u8);

    public static ReadOnlySpan<byte> TraceId => "trace_id"u8;

    public static ReadOnlySpan<byte> SpanId => "span_id"u8;

    /// <summary>Reads 16 lower-case hex digits, not all 0.</summary>
    public static bool TryParseSpanId(ReadOnlySpan<byte> text, out ulong id)
    {
        id = 0;
        return text.Length == 16 && IsLowerHex(text)
            && ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out id) && id != 0;
    }

    /// <summary>Reads 32 lower-case hex digits, not all 0.</summary>
    public static bool TryParseTraceId(ReadOnlySpan<byte> text, out UInt128 id)
    {
        id = 0;
        return text.Length == 32 && IsLowerHex(text)
            && UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out id) && id != 0;
    }

    /// <summary>Writes an id of 8 bytes as hex.</summary>
    public static void Format(ulong id, Span<byte> text)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, id);
        Convert.TryToHexStringLower(bytes, text, out _);
    }

    /// <summary>Writes an id of 16 bytes as hex.</summary>
    public static void Format(UInt128 id, Span<byte> text)
    {
        Format((ulong)(id >> 64), text);
        Format((ulong)id, text[16..]);
    }

    private static bool IsLowerHex(ReadOnlySpan<byte> text) => text.IndexOfAnyExcept(LowerHex) < 0;
}
