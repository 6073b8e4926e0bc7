using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Hearth.Telemetry;

/// <summary>One instrument with all its series, in the shape of Prometheus: a name with unit and kind, help, type.</summary>
internal sealed class MetricFamily
{
    private static readonly double[] s_defaultBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    private readonly Dictionary<int, List<MetricSeries>> _byHash = [];
    private readonly Lock _gate = new();
    private readonly double[]? _bounds;
    private readonly bool _isLastValue;
    private readonly bool _isObservable;
    private readonly Func<bool> _mayAddSeries;

    public MetricFamily(Instrument instrument, Func<bool> mayAddSeries)
    {
        _mayAddSeries = mayAddSeries;
        Type kind = instrument.GetType().GetGenericTypeDefinition();
        bool isHistogram = kind == typeof(Histogram<>);
        bool isCounter = kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>);
        _isObservable = instrument.IsObservable;
        _isLastValue = kind == typeof(Gauge<>) || _isObservable;
        _bounds = isHistogram ? BoundsOf(instrument) : null;
        KindName = isHistogram ? "histogram" : isCounter ? "counter" : "gauge";
        Name = PrometheusName.Of(instrument.Name, instrument.Unit, isCounter);
        Help = instrument.Description ?? "";
    }

    /// <summary>Name in the text form.</summary>
    public string Name { get; }

    /// <summary>counter, gauge or histogram.</summary>
    public string KindName { get; }

    /// <summary>The instrument's description.</summary>
    public string Help { get; }

    /// <summary>Adds a measurement. A known set of tags costs no allocation; a new one is dropped when there are too many series.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        int hash = 0;
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            hash = HashCode.Combine(hash, tag.Key, tag.Value);
        }

        lock (_gate)
        {
            if (Find(hash, tags) is not { } series)
            {
                return;
            }

            if (_bounds is not null)
            {
                int bucket = 0;
                while (bucket < _bounds.Length && value > _bounds[bucket])
                {
                    bucket++;
                }

                series.Buckets![bucket]++;
                series.Count++;
            }

            series.Value = _isLastValue ? value : series.Value + value;
        }
    }

    /// <summary>
    /// Forgets the series of an observable instrument before it is observed again, so that what it no longer reports is gone.
    /// </summary>
    public int ForgetObserved()
    {
        if (!_isObservable)
        {
            return 0;
        }

        lock (_gate)
        {
            int count = _byHash.Values.Sum(l => l.Count);
            _byHash.Clear();
            return count;
        }
    }

    /// <summary>Appends the family as text; nothing when nothing was recorded.</summary>
    public void Write(StringBuilder text)
    {
        lock (_gate)
        {
            if (_byHash.Count == 0)
            {
                return;
            }

            text.Append("# HELP ").Append(Name).Append(' ').Append(PrometheusName.EscapeHelp(Help)).Append('\n');
            text.Append("# TYPE ").Append(Name).Append(' ').Append(KindName).Append('\n');
            foreach (MetricSeries series in _byHash.Values.SelectMany(l => l).OrderBy(s => s.Labels, StringComparer.Ordinal))
            {
                if (_bounds is null)
                {
                    Line(text, Name, series.Labels, series.Value);
                    continue;
                }

                long below = 0;
                for (int i = 0; i <= _bounds.Length; i++)
                {
                    below += series.Buckets![i];
                    string bound = i < _bounds.Length ? Number(_bounds[i]) : "+Inf";
                    Line(text, Name + "_bucket", Join(series.Labels, $"le=\"{bound}\""), below);
                }

                Line(text, Name + "_sum", series.Labels, series.Value);
                Line(text, Name + "_count", series.Labels, series.Count);
            }
        }
    }

    private MetricSeries? Find(int hash, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (_byHash.TryGetValue(hash, out List<MetricSeries>? same))
        {
            foreach (MetricSeries known in same)
            {
                if (known.Is(tags))
                {
                    return known;
                }
            }
        }

        if (!_mayAddSeries())
        {
            return null;
        }

        var series = new MetricSeries
        {
            Tags = tags.ToArray(),
            Labels = PrometheusName.Labels(tags),
            Buckets = _bounds is null ? null : new long[_bounds.Length + 1],
        };
        if (same is null)
        {
            _byHash[hash] = [series];
        }
        else
        {
            same.Add(series);
        }

        return series;
    }

    private static double[] BoundsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(b => (double)b)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(b => (double)b)],
        _ => s_defaultBounds,
    };

    private static string Join(string labels, string more) => labels.Length == 0 ? more : labels + "," + more;

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
