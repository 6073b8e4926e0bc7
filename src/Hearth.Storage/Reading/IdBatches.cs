namespace Hearth.Storage.Reading;

/// <summary>
/// Cuts id lists to what fits a bound parameter: ClickHouse refuses a value of more than 128 KiB (http_max_field_value_size),
/// and an id takes up to 23 bytes in an address.
/// </summary>
internal static class IdBatches
{
    public const int IdsMax = 2000;

    /// <summary>The distinct ids in batches of at most <see cref="IdsMax"/>; one null batch when there is no list.</summary>
    public static IEnumerable<ulong[]?> Of(IReadOnlyList<ulong>? ids) =>
        ids is null ? (IEnumerable<ulong[]?>)[null] : ids.Distinct().Chunk(IdsMax);
}
