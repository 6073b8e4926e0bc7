using Hearth.Storage.ClickHouse;

namespace Hearth.Storage.Writing;

/// <summary>Rows of <c>profile</c>.</summary>
public sealed class ProfileRows : TableRows
{
    private readonly ValueColumn<ushort> _retention = new("ret", "UInt16");
    private readonly LowCardinalityColumn _tenant = new("tenant");
    private readonly LowCardinalityColumn _service = new("service");
    private readonly LowCardinalityColumn _type = new("ptype");
    private readonly ValueColumn<ulong> _series = new("series", "UInt64");
    private readonly ValueColumn<ulong> _group = new("grp", "UInt64");
    private readonly ValueColumn<long> _start = new("ts", "DateTime64(9, 'UTC')");
    private readonly ValueColumn<UInt128> _id = new("id", "UInt128");
    private readonly ValueColumn<ulong> _duration = new("duration", "UInt64");
    private readonly ValueColumn<long> _period = new("period", "Int64");
    private readonly ValueColumn<long> _total = new("total", "Int64");
    private readonly ValueColumn<uint> _samples = new("samples", "UInt32");
    private readonly ValueColumn<ulong> _header = new("header", "UInt64");
    private readonly LowCardinalityColumn _writer = new("writer");
    private readonly ValueColumn<ulong> _lost = new("lost", "UInt64");
    private readonly ValueColumn<ulong> _truncated = new("truncated", "UInt64");
    private readonly ValueColumn<long> _unnamed = new("unnamed", "Int64");
    private readonly ValueColumn<uint> _flags = new("flags", "UInt32");

    internal ProfileRows()
        : base("profile") =>
        Use(
        [
            _retention, _tenant, _service, _type, _series, _group, _start, _id, _duration, _period, _total, _samples, _header,
            _writer, _lost, _truncated, _unnamed, _flags,
        ]);

    /// <summary>Appends a row. Throws <see cref="ArgumentOutOfRangeException"/> for a start outside 1970–2105.</summary>
    public void Append(in ProfileRow row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row.StartNanoseconds);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(row.StartNanoseconds / 1_000_000_000, uint.MaxValue);
        _retention.Append(row.RetentionDays);
        _tenant.Append(row.Tenant);
        _service.Append(row.Service);
        _type.Append(row.ProfileType);
        _series.Append(row.Series);
        _group.Append(row.Group);
        _start.Append(row.StartNanoseconds);
        _id.Append(row.Id);
        _duration.Append(row.DurationNanoseconds);
        _period.Append(row.Period);
        _total.Append(row.Total);
        _samples.Append(row.Samples);
        _header.Append(row.Header);
        _writer.Append(row.Writer);
        _lost.Append(row.Lost);
        _truncated.Append(row.Truncated);
        _unnamed.Append(row.Unnamed);
        _flags.Append((uint)row.Flags);
    }
}
