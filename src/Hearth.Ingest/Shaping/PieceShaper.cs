using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hearth.Profiles.Ids;
using Hearth.Profiles.Model;
using Hearth.Profiles.Types;
using Hearth.Storage;
using Hearth.Storage.Writing;

namespace Hearth.Ingest.Shaping;

/// <summary>The hot loop: the samples of one sample type → summed rows, and the profile rows with their exact totals.</summary>
internal sealed class PieceShaper
{
    private readonly ShapedRows _rows;
    private readonly StackIds _stacks;
    private readonly SubSeries _subSeries;
    private readonly SampleTable _table;
    private readonly Dictionary<(SeriesEntry Series, MappedType Type, long Slot), int> _lanes = [];
    private readonly Column<Share> _shares = new(8);
    private SymbolTable _symbols = null!;

    public PieceShaper(ShapedRows rows, StackIds stacks, SubSeries subSeries)
    {
        _rows = rows;
        _stacks = stacks;
        _subSeries = subSeries;
        _table = new SampleTable(rows.Samples);
    }

    /// <summary>Starts on another document.</summary>
    public void StartDocument(SymbolTable symbols)
    {
        _symbols = symbols;
        _lanes.Clear();
        _table.StartDocument(symbols.Stacks.Count);
    }

    /// <summary>Appends the rows of one piece.</summary>
    public void Shape(in PieceInput input)
    {
        long slot = StorageClock.SlotOfNanoseconds(input.StartNanos);
        int sampleStart = _rows.Samples.Count;
        _shares.Clear();
        OpenShares(input.Type, slot);
        _table.StartPiece(_shares[0].Lane);
        Outcome outcome = default;
        AddSamples(input, slot, ref outcome);
        ProfileFlags flags = FlagsOf(input, outcome);
        int profileStart = _rows.Profiles.Count;
        for (int number = 0; number < _shares.Count; number++)
        {
            if (number > 0 || _shares.Count == 1 || _shares[0].Samples > 0)
            {
                AddProfile(input, number, flags, number == FirstUsed());
            }
        }

        _rows.Pieces.Add(new ShapedPiece
        {
            Identity = input.Identity,
            Group = input.Group,
            Position = input.Position,
            ProfileStart = profileStart,
            ProfileCount = _rows.Profiles.Count - profileStart,
            SampleStart = sampleStart,
            SampleCount = _rows.Samples.Count - sampleStart,
        });
    }

    private void AddSamples(in PieceInput input, long slot, ref Outcome outcome)
    {
        Profile profile = input.Profile;
        long multiplier = input.Type.MultiplierFor(profile.Period);
        long valueMax = long.MaxValue / multiplier;
        ReadOnlySpan<Link> links = _symbols.Links.Span;
        long room = long.MaxValue;
        foreach (ref readonly Sample sample in profile.Samples.Span)
        {
            // 1. What it adds, in the stored unit; the sum over the piece, and so each row, stays within 63 bits.
            if (!TryValueOf(profile, sample, input.TypeIndex, out long value) || value < 0)
            {
                outcome.Negative += value < 0 ? 1 : 0;
                outcome.Overflow += value < 0 ? 0 : 1;
                continue;
            }

            if (value > valueMax || value * multiplier > room)
            {
                outcome.Overflow++;
                continue;
            }

            if (value == 0)
            {
                outcome.Zero++;
                continue;
            }

            value *= multiplier;
            room -= value;

            // 2. Whose it is: the series by its attributes, the span by its link, the stack by its content.
            int number = sample.AttributeSet == 0 ? 0 : _subSeries.NumberOf(sample.AttributeSet);
            if (number >= _shares.Count)
            {
                OpenShares(input.Type, slot);
            }

            ulong span = sample.Link == 0 ? 0 : links[sample.Link].SpanId;
            int stack = _stacks.Canonical(sample.Stack);

            // 3. Added up.
            ref Share share = ref _shares[number];
            share.Total += value;
            share.Samples++;
            share.Truncated += _stacks.IsCut(stack) ? 1u : 0u;
            share.Unnamed += _stacks.IsUnnamed(stack) ? value : 0;
            share.Mappings |= _stacks.MappingsOf(stack);
            _table.Add(share.Lane, stack, span, value);
        }
    }

    // False when the sum of its values leaves 63 bits. A negative part makes the whole negative: it is left out, not netted.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryValueOf(Profile profile, in Sample sample, int type, out long value)
    {
        if (profile.SampleTypes.Count > 1 || sample.ValueCount <= 1)
        {
            value = profile.ValueOf(sample, type);
            return true;
        }

        return TrySum(profile.Values.Slice(sample.ValueStart, sample.ValueCount), out value);
    }

    private static bool TrySum(ReadOnlySpan<long> values, out long sum)
    {
        sum = 0;
        foreach (long value in values)
        {
            if (value < 0)
            {
                sum = -1;
                return true;
            }

            if (value > long.MaxValue - sum)
            {
                sum = 0;
                return false;
            }

            sum += value;
        }

        return true;
    }

    private void OpenShares(MappedType type, long slot)
    {
        while (_shares.Count < _subSeries.Count)
        {
            SeriesEntry series = _subSeries[_shares.Count];
            ref int lane = ref CollectionsMarshal.GetValueRefOrAddDefault(_lanes, (series, type, slot), out bool exists);
            if (!exists)
            {
                lane = _rows.Lanes.Add(new ShapedLane { Series = series, Type = type, SlotSeconds = slot });
            }

            _rows.Lanes[lane].PieceCount++;
            _shares.Add(new Share { Lane = lane });
        }
    }

    private int FirstUsed()
    {
        for (int number = 0; number < _shares.Count; number++)
        {
            if (_shares[number].Samples > 0)
            {
                return number;
            }
        }

        return 0;
    }

    private void AddProfile(in PieceInput input, int number, ProfileFlags flags, bool first)
    {
        ref Share share = ref _shares[number];
        _rows.Profiles.Add(new ShapedProfile
        {
            Lane = share.Lane,
            Identity = number == 0 ? input.Identity : Xxh3.Hash128(MemoryMarshal.AsBytes<ulong>(
                [(ulong)input.Identity, (ulong)(input.Identity >> 64), _subSeries[number].Series])),
            StartNanos = input.StartNanos,
            DurationNanos = (ulong)Math.Max(input.Profile.DurationNanos, 0),
            Period = input.Profile.Period,
            Total = share.Total,
            Samples = share.Samples,
            Lost = first ? input.Lost : 0,
            Truncated = share.Truncated + (first ? input.Truncated : 0),
            Unnamed = share.Unnamed,
            Mappings = share.Mappings,
            Flags = flags,
        });
    }

    private ProfileFlags FlagsOf(in PieceInput input, in Outcome outcome)
    {
        ProfileFlags flags = input.Flags;
        flags |= _subSeries.Overflowed ? ProfileFlags.SeriesMerged : 0;
        if (outcome.Negative > 0)
        {
            input.Refusals.Drop(RefusalReason.NegativeValue, "Samples with a negative value were left out.", outcome.Negative);
            flags |= ProfileFlags.ValuesDropped;
        }

        if (outcome.Overflow > 0)
        {
            input.Refusals.Drop(
                RefusalReason.ValueOverflow, "Samples whose value or sum does not fit 63 bits were left out.", outcome.Overflow);
            flags |= ProfileFlags.ValuesDropped;
        }

        return flags;
    }

    private struct Share
    {
        public int Lane;
        public long Total;
        public uint Samples;
        public ulong Truncated;
        public long Unnamed;
        public ulong Mappings;
    }

    private struct Outcome
    {
        public int Negative;
        public int Overflow;
        public int Zero;
    }
}
