using Hearth.Storage.ClickHouse;

namespace Hearth.Storage.Writing;

/// <summary>Rows of <c>header</c>.</summary>
public sealed class HeaderRows : TableRows
{
    private readonly LowCardinalityColumn _tenant = new("tenant");
    private readonly ValueColumn<ulong> _header = new("header", "UInt64");
    private readonly LowCardinalityColumn _defaultType = new("default_sample_type");
    private readonly TextColumn _dropFrames = new("drop_frames");
    private readonly TextColumn _keepFrames = new("keep_frames");
    private readonly TextColumn _docUrl = new("doc_url");
    private readonly TextColumn _comments = new("comments");
    private readonly TextColumn _sampleTypes = new("sample_types");
    private readonly ArrayColumn<ulong> _mappings = new("mappings", "Array(UInt64)");
    private readonly ArrayColumn<ulong> _starts = new("starts", "Array(UInt64)");
    private readonly ArrayColumn<ulong> _limits = new("limits", "Array(UInt64)");
    private readonly ArrayColumn<ulong> _offsets = new("offsets", "Array(UInt64)");
    private readonly SeenColumns _seen = new();

    internal HeaderRows()
        : base("header") =>
        Use(
        [
            _tenant, _header, _defaultType, _dropFrames, _keepFrames, _docUrl, _comments, _sampleTypes,
            _mappings, _starts, _limits, _offsets, _seen.First, _seen.Last,
        ]);

    /// <summary>Appends a row. Throws <see cref="ArgumentException"/> when the ranges' columns differ in length.</summary>
    public void Append(in HeaderRow row)
    {
        int ranges = row.Mappings.Length;
        if (row.Starts.Length != ranges || row.Limits.Length != ranges || row.Offsets.Length != ranges)
        {
            throw new ArgumentException("Each range has a mapping, a start, a limit and an offset.", nameof(row));
        }

        _tenant.Append(row.Tenant);
        _header.Append(row.Header);
        _defaultType.Append(row.DefaultSampleType);
        _dropFrames.Append(row.DropFrames);
        _keepFrames.Append(row.KeepFrames);
        _docUrl.Append(row.DocUrl);
        _comments.Append(row.Comments);
        _sampleTypes.Append(row.SampleTypes);
        _mappings.Append(row.Mappings);
        _starts.Append(row.Starts);
        _limits.Append(row.Limits);
        _offsets.Append(row.Offsets);
        _seen.Append(row.SeenSeconds);
    }
}
