using System.Text;
using Hearth.Ingest.Shaping;
using Hearth.Profiles.Ids;
using Hearth.Profiles.Model;
using Hearth.Storage.Writing;

namespace Hearth.Ingest.Committing;

/// <summary>
/// Appends the symbols that rows of a batch need and that this writer has not written today: stack, frames, functions, mappings,
/// series. Used under the committer's lock.
/// </summary>
internal sealed class SymbolAppender
{
    private const int SecondsPerDay = 86_400;
    private const int NameBytesMax = 65_535;

    private readonly byte[] _tenant;
    private readonly ulong _tenantKey;
    private readonly ushort _retentionDays;
    private readonly KnownSymbols _known;
    private readonly Column<ulong> _functions = new(64);
    private readonly Column<long> _lines = new(64);
    private readonly Column<long> _columns = new(64);
    private PendingBatch _batch = null!;
    private SymbolTable _table = null!;
    private SymbolIds _ids = null!;
    private StackIds _stacks = null!;
    private ulong[] _stackMarks = [];
    private int[] _frameMarks = [];

    public SymbolAppender(IngestOptions options, KnownSymbols known)
    {
        _tenant = Encoding.UTF8.GetBytes(options.Tenant);
        _tenantKey = SymbolKeys.Scope(options.Tenant, "");
        _retentionDays = (ushort)options.RetentionDays;
        _known = known;
    }

    /// <summary>Two contents with one 64-bit stack id met so far: an alarm, not an expected event.</summary>
    public long Collisions { get; private set; }

    /// <summary>Starts on the symbols of a request.</summary>
    public void Start(PendingBatch batch, SymbolTable table, SymbolIds ids, StackIds stacks)
    {
        _batch = batch;
        _table = table;
        _ids = ids;
        _stacks = stacks;
        Prepare(ref _stackMarks, table.Stacks.Count);
        Prepare(ref _frameMarks, table.Locations.Count);
    }

    /// <summary>Asks for the memory that <see cref="AppendStack"/> will read first.</summary>
    public void Prefetch(int stack, SeriesEntry series, long seenSeconds)
    {
        int day = (int)(seenSeconds / SecondsPerDay);
        if (_stackMarks[stack] != series.Scope + (ulong)day)
        {
            _known.Prefetch(SymbolKeys.Stack(_stacks.IdOf(stack), series.Scope, day));
        }
    }

    /// <summary>Appends what a stack needs, once per service and day.</summary>
    public void AppendStack(int stack, SeriesEntry series, long seenSeconds)
    {
        // The mark makes the same stack of the same request a single comparison.
        int day = (int)(seenSeconds / SecondsPerDay);
        ulong mark = series.Scope + (ulong)day;
        if (_stackMarks[stack] == mark)
        {
            return;
        }

        _stackMarks[stack] = mark;
        UInt128 hash = _stacks.HashOf(stack);
        if (!IsNew(SymbolKeys.Stack(_stacks.IdOf(stack), series.Scope, day), (ulong)(hash >> 64)))
        {
            return;
        }

        int depth = _stacks.DepthOf(stack);
        for (int i = 0; i < depth; i++)
        {
            AppendFrame(_stacks.LocationAt(stack, i), day, seenSeconds);
        }

        _batch.Rows.Stacks.Append(new StackRow
        {
            Tenant = _tenant,
            Service = series.ServiceUtf8,
            Hash = hash,
            Frames = _stacks.FramesOf(stack),
            SeenSeconds = seenSeconds,
        });
    }

    /// <summary>Appends a series, once a day.</summary>
    public void AppendSeries(in ShapedLane lane)
    {
        SeriesEntry series = lane.Series;
        ulong type = (ulong)Xxh3.Hash128(lane.Type.IdUtf8.Span);
        if (!IsNew(SymbolKeys.Series(series.Series, series.Scope, type, (int)(lane.SlotSeconds / SecondsPerDay)), 0))
        {
            return;
        }

        _batch.Rows.Series.Append(new SeriesRow
        {
            Tenant = _tenant,
            Service = series.ServiceUtf8,
            ProfileType = lane.Type.IdUtf8.Span,
            Series = series.Series,
            Group = series.Group,
            Labels = series.Labels,
            SeenSeconds = lane.SlotSeconds,
            RetentionDays = _retentionDays,
        });
    }

    /// <summary>Appends a header that was just built, once a day.</summary>
    public void AppendHeader(HeaderBuilder header, ulong id, long seenSeconds)
    {
        if (IsNew(SymbolKeys.Header(id, _tenantKey, (int)(seenSeconds / SecondsPerDay)), 0))
        {
            _batch.Rows.Headers.Append(header.Row(_tenant, id, seenSeconds));
        }
    }

    private static void Prepare<T>(ref T[] marks, int count)
    {
        if (marks.Length < count)
        {
            marks = new T[Math.Max(count, marks.Length * 2)];
        }
        else
        {
            Array.Clear(marks, 0, count);
        }
    }

    private bool IsNew(ulong key, ulong check)
    {
        if (_known.Contains(key, check, out bool collision))
        {
            Collisions += collision ? 1 : 0;
            return false;
        }

        SymbolSetOutcome outcome = _batch.Symbols.Add(key, check);
        Collisions += outcome == SymbolSetOutcome.Collision ? 1 : 0;
        return outcome == SymbolSetOutcome.Added;
    }

    private void AppendFrame(int location, int day, long seenSeconds)
    {
        if (location < 0)
        {
            AppendSynthetic(location == SymbolIds.TruncatedLocation ? SymbolIds.Truncated : SymbolIds.Missing, day, seenSeconds);
            return;
        }

        if (_frameMarks[location] == day + 1)
        {
            return;
        }

        _frameMarks[location] = day + 1;
        ulong id = _ids.FrameId(location);
        if (!IsNew(SymbolKeys.Frame(id, _tenantKey, day), 0))
        {
            return;
        }

        ref readonly Location row = ref _table.Locations[location];
        _functions.Clear();
        _lines.Clear();
        _columns.Clear();
        foreach (Line line in _table.LinesOf(row))
        {
            _functions.Add(AppendFunction(line.Function, day, seenSeconds));
            _lines.Add(line.LineNumber);
            _columns.Add(line.ColumnNumber);
        }

        ref readonly Mapping mapping = ref _table.Mappings[row.Mapping];
        bool byName = _table.Strings[mapping.BuildId].IsEmpty && row.LineCount > 0;
        _batch.Rows.Frames.Append(new FrameRow
        {
            Tenant = _tenant,
            Frame = id,
            Mapping = AppendMapping(row.Mapping, day, seenSeconds),
            Address = byName ? 0 : FrameAddress.Normalize(mapping, row.Address),
            Folded = row.IsFolded,
            Kind = _table.Strings[row.FrameType],
            Functions = _functions.Span,
            Lines = _lines.Span,
            Columns = _columns.Span,
            SeenSeconds = seenSeconds,
        });
    }

    private void AppendSynthetic(SyntheticFrame frame, int day, long seenSeconds)
    {
        if (!IsNew(SymbolKeys.Frame(frame.Frame, _tenantKey, day), 0))
        {
            return;
        }

        _batch.Rows.Functions.Append(new FunctionRow
        {
            Tenant = _tenant,
            Function = frame.Function,
            Name = frame.Name,
            SeenSeconds = seenSeconds,
        });
        _batch.Rows.Frames.Append(new FrameRow
        {
            Tenant = _tenant,
            Frame = frame.Frame,
            Mapping = 0,
            Address = 0,
            Functions = [frame.Function],
            Lines = [0],
            Columns = [0],
            SeenSeconds = seenSeconds,
        });
    }

    private ulong AppendFunction(int index, int day, long seenSeconds)
    {
        ulong id = _ids.FunctionId(index);
        if (IsNew(SymbolKeys.Function(id, _tenantKey, day), 0))
        {
            ref readonly Function row = ref _table.Functions[index];
            _batch.Rows.Functions.Append(new FunctionRow
            {
                Tenant = _tenant,
                Function = id,
                Name = Cut(_table.Strings[row.Name]),
                SystemName = Cut(_table.Strings[row.SystemName]),
                File = Cut(_table.Strings[row.Filename]),
                StartLine = row.StartLine,
                SeenSeconds = seenSeconds,
            });
        }

        return id;
    }

    private ulong AppendMapping(int index, int day, long seenSeconds)
    {
        ulong id = _ids.MappingId(index);
        if (id != 0 && IsNew(SymbolKeys.Mapping(id, _tenantKey, day), 0))
        {
            ref readonly Mapping row = ref _table.Mappings[index];
            _batch.Rows.Mappings.Append(new MappingRow
            {
                Tenant = _tenant,
                Mapping = id,
                BuildId = Cut(_table.Strings[row.BuildId]),
                File = Cut(_table.Strings[row.Filename]),
                Flags = row.Flags,
                SeenSeconds = seenSeconds,
            });
        }

        return id;
    }

    // A name is cut where a character starts, so that what was UTF-8 stays UTF-8.
    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> name)
    {
        if (name.Length <= NameBytesMax)
        {
            return name;
        }

        int end = NameBytesMax;
        while (end > NameBytesMax - 4 && (name[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return name[..end];
    }
}
