using System.Text.Json;

namespace Hearth.Storage.ClickHouse;

/// <summary>What the store said a statement did. From the head of the answer: reading may have gone on after it.</summary>
/// <param name="ReadRows">Rows read from tables.</param>
/// <param name="ReadBytes">Bytes read from tables.</param>
/// <param name="WrittenRows">Rows written; a repeated insert may count its rows although it stores none.</param>
/// <param name="WrittenBytes">Bytes written.</param>
/// <param name="ElapsedNanoseconds">Time in the store.</param>
public readonly record struct ClickHouseSummary(
    ulong ReadRows, ulong ReadBytes, ulong WrittenRows, ulong WrittenBytes, ulong ElapsedNanoseconds)
{
    internal static ClickHouseSummary Parse(string? header)
    {
        if (string.IsNullOrEmpty(header))
        {
            return default;
        }

        try
        {
            using JsonDocument json = JsonDocument.Parse(header);
            return new(
                Field(json, "read_rows"),
                Field(json, "read_bytes"),
                Field(json, "written_rows"),
                Field(json, "written_bytes"),
                Field(json, "elapsed_ns"));
        }
        catch (JsonException)
        {
            // Statistics only: an answer is not refused for them.
            return default;
        }
    }

    // ClickHouse quotes the numbers.
    private static ulong Field(JsonDocument json, string name) =>
        json.RootElement.ValueKind == JsonValueKind.Object
        && json.RootElement.TryGetProperty(name, out JsonElement value)
        && ulong.TryParse(
            value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText(),
            System.Globalization.CultureInfo.InvariantCulture,
            out ulong number)
            ? number
            : 0;
}
