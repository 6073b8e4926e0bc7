using System.Globalization;

namespace Hearth.Engine;

/// <summary>What a statement did, for the X-ClickHouse-Summary header.</summary>
internal sealed class EngineSummary
{
    public ulong ReadRows { get; set; }

    public ulong ReadBytes { get; set; }

    public ulong WrittenRows { get; set; }

    public ulong WrittenBytes { get; set; }

    public ulong ResultRows { get; set; }

    public ulong ResultBytes { get; set; }

    /// <summary>The header as ClickHouse writes it: numbers in quotes.</summary>
    public string ToHeader(TimeSpan elapsed) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        {"read_rows":"{{ReadRows}}","read_bytes":"{{ReadBytes}}","written_rows":"{{WrittenRows}}","written_bytes":"{{WrittenBytes}}",
        "total_rows_to_read":"0","result_rows":"{{ResultRows}}","result_bytes":"{{ResultBytes}}","elapsed_ns":"{{elapsed.Ticks * 100}}"}
        """).ReplaceLineEndings("");
}
