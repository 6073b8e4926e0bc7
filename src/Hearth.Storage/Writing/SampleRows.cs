using System.Runtime.CompilerServices;
using Hearth.Storage.ClickHouse;

namespace Hearth.Storage.Writing;

/// <summary>
/// Rows of <c>sample</c>. Begin a profile, then append its samples: nothing is hashed, copied or allocated per row but the
/// numbers of the row.
/// </summary>
public sealed class SampleRows : TableRows
{
    private readonly ValueColumn<ushort> _retention = new("ret", "UInt16");
    private readonly LowCardinalityColumn _tenant = new("tenant");
    private readonly LowCardinalityColumn _service = new("service");
    private readonly LowCardinalityColumn _type = new("ptype");
    private readonly ValueColumn<uint> _bucket = new("bucket", "DateTime('UTC')");
    private readonly ValueColumn<ulong> _stack = new("stack", "UInt64");
    private readonly ValueColumn<ulong> _group = new("grp", "UInt64");
    private readonly ValueColumn<ulong> _series = new("series", "UInt64");
    private readonly ValueColumn<ushort> _slot = new("slot", "UInt16");
    private readonly ValueColumn<long> _value = new("value", "Int64");
    private readonly ValueColumn<ulong> _span = new("span", "UInt64");
    private readonly SampleOrder _order = new();
    private (int Tenant, int Service, int Type, uint Bucket, ulong Group, ulong Series, ushort Slot, ushort Retention) _scope;

    internal SampleRows()
        : base("sample") =>
        Use([_retention, _tenant, _service, _type, _bucket, _stack, _group, _series, _slot, _value, _span]);

    /// <summary>
    /// Whether <see cref="RowBatch.Finish"/> writes the rows in the order of the table's key, which the store then need not
    /// make itself.
    /// </summary>
    public bool Presort { get; set; } = true;

    /// <summary>Starts the samples of a profile. Throws <see cref="ArgumentOutOfRangeException"/> for a start outside 1970–2105.</summary>
    public void Begin(in SampleScope scope)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(scope.StartSeconds);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scope.StartSeconds, uint.MaxValue);
        long bucket = StorageClock.BucketOf(scope.StartSeconds);
        _scope = (
            _tenant.Key(scope.Tenant),
            _service.Key(scope.Service),
            _type.Key(scope.ProfileType),
            (uint)bucket,
            scope.Group,
            scope.Series,
            (ushort)((scope.StartSeconds - bucket) / StorageClock.SlotSeconds),
            scope.RetentionDays);
    }

    /// <summary>Appends a sample of the profile begun last.</summary>
    /// <param name="stack">Stack id.</param>
    /// <param name="value">Value in the unit of the profile type.</param>
    /// <param name="span">Local root span; 0 none.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(ulong stack, long value, ulong span = 0)
    {
        _stack.Append(stack);
        _value.Append(value);
        _span.Append(span);
        Share(1);
    }

    /// <summary>Appends many samples of the profile begun last; <paramref name="spans"/> may be empty for none.</summary>
    public void Append(ReadOnlySpan<ulong> stacks, ReadOnlySpan<long> values, ReadOnlySpan<ulong> spans = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, stacks.Length);
        stacks.CopyTo(_stack.Extend(stacks.Length));
        values.CopyTo(_value.Extend(values.Length));
        Span<ulong> target = _span.Extend(stacks.Length);
        if (spans.IsEmpty)
        {
            target.Clear();
        }
        else
        {
            spans.CopyTo(target);
        }

        Share(stacks.Length);
    }

    internal override ReadOnlySpan<int> Order() =>
        Presort
            ? _order.Sort(
                new SampleKeys
                {
                    Tenant = _tenant,
                    Service = _service,
                    Type = _type,
                    Retention = _retention.Span,
                    Bucket = _bucket.Span,
                    Stack = _stack.Span,
                    Group = _group.Span,
                    Series = _series.Span,
                    Slot = _slot.Span,
                })
            : default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Share(int count)
    {
        _retention.Fill(_scope.Retention, count);
        _tenant.Fill(_scope.Tenant, count);
        _service.Fill(_scope.Service, count);
        _type.Fill(_scope.Type, count);
        _bucket.Fill(_scope.Bucket, count);
        _group.Fill(_scope.Group, count);
        _series.Fill(_scope.Series, count);
        _slot.Fill(_scope.Slot, count);
    }
}
