using Hearth.Profiles.Model;

namespace Hearth.Ingest.Shaping;

/// <summary>
/// The series that sample attributes split one profile into. Number 0 is the profile's own. Which number an attribute set has is
/// remembered until the next profile, so a sample costs one array read.
/// </summary>
internal sealed class SubSeries
{
    private readonly IngestOptions _options;
    private readonly AttributeTable _attributes;
    private readonly SeriesShaper _series;
    private readonly List<SeriesEntry> _entries = [];
    private readonly int[] _sets = new int[4];
    private SymbolTable _symbols = null!;
    private RefusalList _refusals = null!;
    private Number[] _numbers = [];
    private int _profile;

    public SubSeries(IngestOptions options, AttributeTable attributes, SeriesShaper series)
    {
        _options = options;
        _attributes = attributes;
        _series = series;
    }

    /// <summary>Series of the profile; number 0 is its own.</summary>
    public int Count => _entries.Count;

    /// <summary>True when samples of this profile wanted more series than allowed.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>A series by number.</summary>
    public SeriesEntry this[int number] => _entries[number];

    /// <summary>Starts on another document.</summary>
    public void StartDocument(SymbolTable symbols, RefusalList refusals)
    {
        _symbols = symbols;
        _refusals = refusals;
        _profile = 0;
        int count = symbols.AttributeSets.Count;
        if (_numbers.Length < count)
        {
            _numbers = new Number[Math.Max(count, _numbers.Length * 2)];
        }
        else
        {
            Array.Clear(_numbers, 0, count);
        }
    }

    /// <summary>
    /// Starts on another profile: later attribute sets win over earlier ones. False when its own series is refused.
    /// </summary>
    public bool StartProfile(int resource, int scope, int profile)
    {
        _entries.Clear();
        Overflowed = false;
        _profile++;
        (_sets[0], _sets[1], _sets[2], _sets[3]) = (resource, scope, profile, 0);
        SeriesEntry? own = _series.Resolve(_symbols, _sets, _refusals, isProfile: true);
        if (own is not null)
        {
            _entries.Add(own);
        }

        return own is not null;
    }

    /// <summary>The number of the series of samples with this attribute set.</summary>
    public int NumberOf(int attributeSet)
    {
        ref Number number = ref _numbers[attributeSet];
        if (number.Profile != _profile)
        {
            number = new Number(_profile, _attributes.HasLabels(attributeSet) ? Make(attributeSet) : 0);
        }

        return number.Series;
    }

    private int Make(int attributeSet)
    {
        _sets[3] = attributeSet;
        SeriesEntry? entry = _series.Resolve(_symbols, _sets, _refusals, isProfile: false);
        if (entry is null)
        {
            return 0;
        }

        int at = _entries.FindIndex(known => known.Series == entry.Series);
        if (at >= 0)
        {
            return at;
        }

        if (_entries.Count >= _options.SubSeriesPerProfileMax)
        {
            Overflowed = true;
            _refusals.Drop(
                RefusalReason.TooManySeries,
                $"Sample attributes split a profile into more than {_options.SubSeriesPerProfileMax} series; "
                    + "the samples past that stay in the profile's own series.",
                1);
            return 0;
        }

        _entries.Add(entry);
        return _entries.Count - 1;
    }

    private readonly record struct Number(int Profile, int Series);
}
