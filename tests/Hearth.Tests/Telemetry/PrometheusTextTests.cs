using System.Diagnostics.Metrics;
using Hearth.Telemetry;
using Xunit;

namespace Hearth.Tests.Telemetry;

public sealed class PrometheusTextTests
{
    [Fact]
    public void Write_Instruments_ComeAsFamiliesWithUnitsAndEscapes()
    {
        using var meter = new Meter("HearthTest.A");
        using var text = new PrometheusText("HearthTest.A");
        Counter<long> refused = meter.CreateCounter<long>("hearth.ingest.refused", "{profile}", "Refused\nprofiles \\ by reason");
        refused.Add(2, new KeyValuePair<string, object?>("reason", "too \"big\"\n\\"));
        refused.Add(3, new KeyValuePair<string, object?>("reason", "too \"big\"\n\\"));
        refused.Add(1);
        UpDownCounter<int> open = meter.CreateUpDownCounter<int>("hearth.open");
        open.Add(5);
        open.Add(-2);
        meter.CreateObservableGauge("hearth.size", static () => 1.5, "By");
        meter.CreateObservableCounter("hearth.seen", static () => 7L);
        Assert.Equal(
            """
            # HELP hearth_ingest_refused_total Refused\nprofiles \\ by reason
            # TYPE hearth_ingest_refused_total counter
            hearth_ingest_refused_total 1
            hearth_ingest_refused_total{reason="too \"big\"\n\\"} 5
            # HELP hearth_open 
            # TYPE hearth_open gauge
            hearth_open 3
            # HELP hearth_seen_total 
            # TYPE hearth_seen_total counter
            hearth_seen_total 7
            # HELP hearth_size_bytes 
            # TYPE hearth_size_bytes gauge
            hearth_size_bytes 1.5
            # HELP hearth_metrics_dropped_total Measurements not kept because there are too many series.
            # TYPE hearth_metrics_dropped_total counter
            hearth_metrics_dropped_total 0

            """,
            text.Write());
        Assert.Contains("hearth_seen_total 7\n", text.Write());
    }

    [Fact]
    public void Write_Histogram_HasCumulativeBucketsOfItsAdvice()
    {
        using var meter = new Meter("HearthTest.B");
        using var text = new PrometheusText("HearthTest.B");
        Histogram<double> time = meter.CreateHistogram(
            "hearth.time", "s", "Time", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (double value in new[] { 0.1, 0.5, 0.5, 3 })
        {
            time.Record(value, new KeyValuePair<string, object?>("b", 1), new KeyValuePair<string, object?>("a", true));
        }

        string[] lines = text.Write().Split('\n');
        Assert.Equal(
            [
                "hearth_time_seconds_bucket{a=\"True\",b=\"1\",le=\"0.1\"} 1",
                "hearth_time_seconds_bucket{a=\"True\",b=\"1\",le=\"1\"} 3",
                "hearth_time_seconds_bucket{a=\"True\",b=\"1\",le=\"+Inf\"} 4",
                "hearth_time_seconds_sum{a=\"True\",b=\"1\"} 4.1",
                "hearth_time_seconds_count{a=\"True\",b=\"1\"} 4",
            ],
            lines[2..7]);
    }

    [Fact]
    public void Record_MoreSeriesThanTheBound_AreDroppedAndCounted()
    {
        using var meter = new Meter("HearthTest.C");
        using var text = new PrometheusText("HearthTest.C");
        Counter<int> counter = meter.CreateCounter<int>("hearth.many");
        for (int i = 0; i < PrometheusText.SeriesMax + 10; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("n", i));
        }

        string written = text.Write();
        int kept = written.Split('\n').Count(l => l.StartsWith("hearth_many_total{", StringComparison.Ordinal));
        Assert.Equal(PrometheusText.SeriesMax, kept);
        Assert.Contains("hearth_metrics_dropped_total 10\n", written);
    }

    [Fact]
    public void Record_KnownTags_AllocateNothing()
    {
        using var meter = new Meter("HearthTest.D");
        using var text = new PrometheusText("HearthTest.D");
        Counter<long> counter = meter.CreateCounter<long>("hearth.hot");
        var tag = new KeyValuePair<string, object?>("reason", "known");
        counter.Add(1, tag);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            counter.Add(1, tag);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
