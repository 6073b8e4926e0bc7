using System.Text;
using Hearth.Profiles.Labels;
using Hearth.Storage.ClickHouse;

namespace Hearth.Storage.Writing;

/// <summary>Rows of <c>series</c>.</summary>
public sealed class SeriesRows : TableRows
{
    private readonly LowCardinalityColumn _tenant = new("tenant");
    private readonly LowCardinalityColumn _service = new("service");
    private readonly LowCardinalityColumn _type = new("ptype");
    private readonly ValueColumn<ulong> _series = new("series", "UInt64");
    private readonly ValueColumn<ulong> _group = new("grp", "UInt64");
    private readonly TextColumn _names = new("keys");
    private readonly TextColumn _values = new("values");
    private readonly NestedColumn _labels;
    private readonly SeenColumns _seen = new();
    private readonly ValueColumn<ushort> _retention = new("ret", "SimpleAggregateFunction(max, UInt16)");
    private byte[] _text = new byte[256];

    internal SeriesRows()
        : base("series")
    {
        _labels = new NestedColumn("labels", "Map(String, String)", _names, _values);
        Use([_tenant, _service, _type, _series, _group, _labels, _seen.First, _seen.Last, _retention]);
    }

    /// <summary>Appends a row.</summary>
    public void Append(in SeriesRow row)
    {
        _tenant.Append(row.Tenant);
        _service.Append(row.Service);
        _type.Append(row.ProfileType);
        _series.Append(row.Series);
        _group.Append(row.Group);
        foreach (Label label in row.Labels.Span)
        {
            _names.Append(Utf8(label.Name));
            _values.Append(Utf8(label.Value));
        }

        _labels.EndRow();
        _seen.Append(row.SeenSeconds);
        _retention.Append(row.RetentionDays);
    }

    private ReadOnlySpan<byte> Utf8(string text)
    {
        int size = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (_text.Length < size)
        {
            _text = new byte[size];
        }

        return _text.AsSpan(0, Encoding.UTF8.GetBytes(text, _text));
    }
}
