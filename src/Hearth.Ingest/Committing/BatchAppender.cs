using System.Text;
using Hearth.Ingest.Shaping;
using Hearth.Profiles.Model;
using Hearth.Storage.Writing;

namespace Hearth.Ingest.Committing;

/// <summary>
/// Appends what a request was shaped into to a batch: the pieces that are no resend, their samples, the symbols these need, the
/// profile rows. Used under the committer's lock.
/// </summary>
internal sealed class BatchAppender
{
    private const int PrefetchAhead = 12;

    private readonly byte[] _tenant;
    private readonly byte[] _writer;
    private readonly ushort _retentionDays;
    private readonly SymbolAppender _symbols;
    private readonly HeaderBuilder _header = new();
    private readonly Column<ShapedSample> _merged = new(256);
    private readonly SampleTable _mergeTable;
    private readonly Column<LaneUse> _lanes = new();
    private readonly Column<ulong> _stackIds = new(256);
    private readonly Column<long> _values = new(256);
    private readonly Column<ulong> _spans = new(256);
    private PendingBatch _batch = null!;
    private ProfileShaper _shaper = null!;
    private ProfileDocument _document = null!;

    public BatchAppender(IngestOptions options, KnownSymbols known)
    {
        _tenant = Encoding.UTF8.GetBytes(options.Tenant);
        _writer = Encoding.UTF8.GetBytes(options.WriterName.Length > 0 ? options.WriterName : Environment.MachineName);
        _retentionDays = (ushort)options.RetentionDays;
        _symbols = new SymbolAppender(options, known);
        _mergeTable = new SampleTable(_merged);
    }

    /// <summary>Two contents with one 64-bit stack id met so far.</summary>
    public long Collisions => _symbols.Collisions;

    /// <summary>Appends the pieces at <paramref name="accepted"/>.</summary>
    public void Append(PendingBatch batch, ProfileShaper shaper, ProfileDocument document, ReadOnlySpan<int> accepted)
    {
        _batch = batch;
        _shaper = shaper;
        _document = document;
        ShapedRows rows = shaper.Rows;
        _symbols.Start(batch, document.Symbols, shaper.Symbols, shaper.Stacks);
        CountLanes(rows, accepted);
        _merged.Clear();
        _mergeTable.StartPiece(directLane: -1);
        foreach (int index in accepted)
        {
            ref ShapedPiece piece = ref rows.Pieces[index];
            AppendSamples(rows.Samples.Slice(piece.SampleStart, piece.SampleCount), merge: true);
            AppendProfiles(piece);
        }

        AppendSamples(_merged.Span, merge: false);
    }

    // Lanes that several accepted pieces have rows in (processes of one container, say) are added up across the pieces, unless
    // the sum could leave 63 bits.
    private void CountLanes(ShapedRows rows, ReadOnlySpan<int> accepted)
    {
        _lanes.Clear();
        _lanes.Extend(rows.Lanes.Count).Clear();
        foreach (int index in accepted)
        {
            ref ShapedPiece piece = ref rows.Pieces[index];
            foreach (ref ShapedProfile profile in rows.Profiles.Slice(piece.ProfileStart, piece.ProfileCount))
            {
                ref LaneUse use = ref _lanes[profile.Lane];
                use.Pieces++;
                use.Overflows |= profile.Total > long.MaxValue - use.Total;
                use.Total += use.Overflows ? 0 : profile.Total;
            }
        }
    }

    private void AppendSamples(ReadOnlySpan<ShapedSample> samples, bool merge)
    {
        int start = 0;
        while (start < samples.Length)
        {
            int lane = samples[start].Lane;
            int end = start + 1;
            while (end < samples.Length && samples[end].Lane == lane)
            {
                end++;
            }

            ReadOnlySpan<ShapedSample> run = samples[start..end];
            if (merge && _lanes[lane] is { Pieces: > 1, Overflows: false })
            {
                foreach (ref readonly ShapedSample sample in run)
                {
                    _mergeTable.Add(sample.Lane, sample.Stack, sample.Span, sample.Value);
                }
            }
            else
            {
                AppendRun(run, _shaper.Rows.Lanes[lane]);
            }

            start = end;
        }
    }

    private void AppendRun(ReadOnlySpan<ShapedSample> run, in ShapedLane lane)
    {
        _stackIds.Clear();
        _values.Clear();
        _spans.Clear();
        Span<ulong> ids = _stackIds.Extend(run.Length);
        Span<long> values = _values.Extend(run.Length);
        Span<ulong> spans = _spans.Extend(run.Length);
        StackIds stacks = _shaper.Stacks;
        for (int i = 0; i < run.Length; i++)
        {
            ref readonly ShapedSample sample = ref run[i];
            if (i + PrefetchAhead < run.Length)
            {
                _symbols.Prefetch(run[i + PrefetchAhead].Stack, lane.Series, lane.SlotSeconds);
            }

            _symbols.AppendStack(sample.Stack, lane.Series, lane.SlotSeconds);
            ids[i] = stacks.IdOf(sample.Stack);
            values[i] = sample.Value;
            spans[i] = sample.Span;
        }

        _batch.Rows.Samples.Begin(new SampleScope
        {
            Tenant = _tenant,
            Service = lane.Series.ServiceUtf8,
            ProfileType = lane.Type.IdUtf8.Span,
            StartSeconds = lane.SlotSeconds,
            Group = lane.Series.Group,
            Series = lane.Series.Series,
            RetentionDays = _retentionDays,
        });
        _batch.Rows.Samples.Append(ids, values, spans);
    }

    private void AppendProfiles(in ShapedPiece piece)
    {
        Profile profile = _document[piece.Group][piece.Position];
        foreach (ref ShapedProfile row in _shaper.Rows.Profiles.Slice(piece.ProfileStart, piece.ProfileCount))
        {
            ref ShapedLane lane = ref _shaper.Rows.Lanes[row.Lane];
            ulong header = _header.Build(_document.Symbols, _shaper.Symbols, profile, row.Mappings);
            _symbols.AppendHeader(_header, header, lane.SlotSeconds);
            _symbols.AppendSeries(lane);
            _batch.Rows.Profiles.Append(new ProfileRow
            {
                Tenant = _tenant,
                Service = lane.Series.ServiceUtf8,
                ProfileType = lane.Type.IdUtf8.Span,
                Series = lane.Series.Series,
                Group = lane.Series.Group,
                StartNanoseconds = row.StartNanos,
                Id = row.Identity,
                DurationNanoseconds = row.DurationNanos,
                Period = row.Period,
                Total = row.Total,
                Samples = row.Samples,
                Header = header,
                Writer = _writer,
                Lost = row.Lost,
                Truncated = row.Truncated,
                Unnamed = row.Unnamed,
                Flags = row.Flags,
                RetentionDays = _retentionDays,
            });
            _batch.Profiles++;
        }
    }

    private struct LaneUse
    {
        public int Pieces;
        public long Total;
        public bool Overflows;
    }
}
