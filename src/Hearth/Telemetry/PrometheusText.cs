using System.Diagnostics.Metrics;
using System.Text;

namespace Hearth.Telemetry;

/// <summary>
/// Listens to the meters of this process and writes them as Prometheus text. Bounded: past <see cref="SeriesMax"/> new sets of tags are
/// dropped and counted, so that a label that grows without end costs a counter and not the memory of the process.
/// </summary>
internal sealed class PrometheusText : IDisposable
{
    /// <summary>Series kept over all instruments.</summary>
    public const int SeriesMax = 5000;

    private readonly MeterListener _listener = new();
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private int _series;
    private long _dropped;

    public PrometheusText(params string[] meterPrefixes)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (meterPrefixes.Any(p => instrument.Meter.Name.StartsWith(p, StringComparison.Ordinal)) && FamilyOf(instrument) is { } family)
            {
                listener.EnableMeasurementEvents(instrument, family);
            }
        };
        _listener.SetMeasurementEventCallback<byte>(static (_, v, tags, state) => ((MetricFamily)state!).Record(v, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, v, tags, state) => ((MetricFamily)state!).Record(v, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, v, tags, state) => ((MetricFamily)state!).Record(v, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, v, tags, state) => ((MetricFamily)state!).Record(v, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, v, tags, state) => ((MetricFamily)state!).Record(v, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, v, tags, state) => ((MetricFamily)state!).Record(v, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, v, tags, state) => ((MetricFamily)state!).Record((double)v, tags));
        _listener.Start();
    }

    /// <summary>All metrics now.</summary>
    public string Write()
    {
        MetricFamily[] families;
        lock (_gate)
        {
            families = [.. _families.Values];
        }

        foreach (MetricFamily family in families)
        {
            Interlocked.Add(ref _series, -family.ForgetObserved());
        }

        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (MetricFamily family in families)
        {
            family.Write(text);
        }

        text.Append("# HELP hearth_metrics_dropped_total Measurements not kept because there are too many series.\n");
        text.Append("# TYPE hearth_metrics_dropped_total counter\n");
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"hearth_metrics_dropped_total {Interlocked.Read(ref _dropped)}\n");
        return text.ToString();
    }

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    /// <summary>
    /// Two instruments of one name (one meter made twice, say) share a family when their kinds agree; otherwise the later is left out.
    /// </summary>
    private MetricFamily? FamilyOf(Instrument instrument)
    {
        var made = new MetricFamily(instrument, MayAddSeries);
        lock (_gate)
        {
            if (!_families.TryGetValue(made.Name, out MetricFamily? known))
            {
                _families.Add(made.Name, made);
                return made;
            }

            return known.KindName == made.KindName ? known : null;
        }
    }

    private bool MayAddSeries()
    {
        if (Interlocked.Increment(ref _series) <= SeriesMax)
        {
            return true;
        }

        Interlocked.Decrement(ref _series);
        Interlocked.Increment(ref _dropped);
        return false;
    }
}
