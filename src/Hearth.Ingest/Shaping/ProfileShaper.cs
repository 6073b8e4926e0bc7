using System.Runtime.InteropServices;
using Hearth.Profiles.Model;
using Hearth.Profiles.Types;
using Hearth.Storage.Writing;

namespace Hearth.Ingest.Shaping;

/// <summary>
/// A decoded document → rows: series, identities, stack ids, summed samples. Holds the scratch memory of one document at a time and
/// keeps it, so that shaping a further document allocates nothing per sample. Not safe for several threads; each has its own.
/// </summary>
internal sealed class ProfileShaper
{
    private readonly IngestOptions _options;
    private readonly AttributeTable _attributes = new();
    private readonly SubSeries _subSeries;
    private readonly ProfileIdentity _identity;
    private readonly PieceShaper _pieces;
    private readonly Dictionary<UInt128, int> _repetitions = [];

    public ProfileShaper(IngestOptions options)
    {
        _options = options;
        Stacks = new StackIds(options.StackDepthMax, Symbols);
        _subSeries = new SubSeries(options, _attributes, new SeriesShaper(options, _attributes));
        _identity = new ProfileIdentity(options.Tenant, Stacks);
        _pieces = new PieceShaper(Rows, Stacks, _subSeries);
    }

    /// <summary>What the last document became.</summary>
    public ShapedRows Rows { get; } = new();

    /// <summary>Ids of the last document's functions, mappings and frames.</summary>
    public SymbolIds Symbols { get; } = new();

    /// <summary>Ids of the last document's stacks.</summary>
    public StackIds Stacks { get; }

    /// <summary>Shapes a document into <see cref="Rows"/>, which the next call overwrites.</summary>
    /// <param name="document">What was decoded; must stay as it is until the rows are written.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="now">Time of receipt.</param>
    /// <param name="refusals">Receives what is not stored, with reasons.</param>
    public void Shape(ProfileDocument document, ProfileSource source, DateTimeOffset now, RefusalList refusals)
    {
        SymbolTable symbols = document.Symbols;
        Rows.Clear();
        _repetitions.Clear();
        _attributes.Start(symbols);
        Symbols.Start(symbols);
        Stacks.Start(symbols, oneProcess: document.Count <= 1);
        _identity.Start(symbols);
        _subSeries.StartDocument(symbols, refusals);
        _pieces.StartDocument(symbols);
        long nowNanos = (now.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * 100;
        for (int group = 0; group < document.Count; group++)
        {
            for (int position = 0; position < document[group].Count; position++)
            {
                ShapeProfile(document, group, position, source, nowNanos, refusals);
            }
        }
    }

    private void ShapeProfile(ProfileDocument document, int at, int position, ProfileSource source, long nowNanos, RefusalList refusals)
    {
        ProfileGroup group = document[at];
        Profile profile = group[position];
        long start = profile.TimeNanos == 0 ? nowNanos : profile.TimeNanos;
        if (!IsAcceptable(profile, start, nowNanos, refusals)
            || !_subSeries.StartProfile(group.ResourceAttributes, group.ScopeAttributes, profile.AttributeSet))
        {
            return;
        }

        PieceInput input = new()
        {
            Profile = profile,
            Group = at,
            Position = position,
            StartNanos = start,
            Flags = profile.TimeNanos == 0 ? ProfileFlags.TimeOfReceipt : ProfileFlags.None,
            Lost = _attributes.CountOf(profile.AttributeSet, "hearth.lost_samples"u8),
            Truncated = _attributes.CountOf(profile.AttributeSet, "hearth.truncated_stacks"u8),
            Refusals = refusals,
        };
        UInt128 content = _identity.Of(group, profile);
        for (int type = 0; type < profile.SampleTypes.Count; type++)
        {
            MappedType? mapped = source == ProfileSource.Otlp
                ? ProfileTypeRegistry.FromOtlp(document.Symbols, profile)
                : ProfileTypeRegistry.FromPprof(document.Symbols, profile, type);
            if (mapped is null)
            {
                refusals.Refuse(RefusalReason.BadType, "The sample type has no name, or one too long to store.", type == 0 ? 1 : 0);
                continue;
            }

            input.Type = mapped;
            input.TypeIndex = type;
            input.Identity = IdentityOf(profile, content, mapped, start);
            _pieces.Shape(input);
        }
    }

    private UInt128 IdentityOf(Profile profile, UInt128 content, MappedType type, long start)
    {
        ulong series = _subSeries[0].Series;
        UInt128 identity = _identity.OfPiece(content, type.IdUtf8.Span, series, start, 0);
        if (profile.ProfileId != 0)
        {
            return identity;
        }

        ref int repetition = ref CollectionsMarshal.GetValueRefOrAddDefault(_repetitions, identity, out bool repeated);
        return repeated ? _identity.OfPiece(content, type.IdUtf8.Span, series, start, ++repetition) : identity;
    }

    private bool IsAcceptable(Profile profile, long start, long nowNanos, RefusalList refusals)
    {
        if (profile.Shape == ProfileShape.Arcs)
        {
            refusals.Refuse(RefusalReason.Arcs, "Profiles of caller and callee pairs cannot be stored; send stacks.");
        }
        else if (profile.SampleTypes.Count == 0)
        {
            refusals.Refuse(RefusalReason.NoSampleType, "A profile has no sample type.");
        }
        else if (profile.Samples.Count == 0 && profile.DroppedSamples > 0)
        {
            refusals.Refuse(RefusalReason.BadProfile, "None of the samples of a profile could be read.");
        }
        else if (profile.Samples.Count > _options.SamplesPerProfileMax)
        {
            refusals.Refuse(
                RefusalReason.TooManySamples,
                $"A profile has {profile.Samples.Count} samples; {_options.SamplesPerProfileMax} are allowed.");
        }
        else
        {
            return IsInTime(start, nowNanos, refusals);
        }

        return false;
    }

    private bool IsInTime(long start, long nowNanos, RefusalList refusals)
    {
        const long NanosPerSecond = 1_000_000_000;
        Int128 age = (Int128)nowNanos - start;
        if (start < 0 || age > (Int128)_options.PastSecondsMax * NanosPerSecond)
        {
            refusals.Refuse(
                RefusalReason.TooOld,
                $"A profile starts {Describe(age)} ago; "
                + $"at most {Describe((Int128)_options.PastSecondsMax * NanosPerSecond)} are accepted.");
            return false;
        }

        if (-age > (Int128)_options.FutureSecondsMax * NanosPerSecond)
        {
            refusals.Refuse(
                RefusalReason.TooNew,
                $"A profile starts {Describe(-age)} from now; at most {Describe((Int128)_options.FutureSecondsMax * NanosPerSecond)} are "
                    + "accepted. Is the sender's clock right?");
            return false;
        }

        return true;
    }

    private static string Describe(Int128 nanos)
    {
        long seconds = (long)Int128.Min(nanos / 1_000_000_000, long.MaxValue);
        return seconds switch
        {
            < 180 => $"{seconds} s",
            < 10_800 => $"{seconds / 60} min",
            < 259_200 => $"{seconds / 3600} h",
            _ => $"{seconds / 86_400} days",
        };
    }
}
