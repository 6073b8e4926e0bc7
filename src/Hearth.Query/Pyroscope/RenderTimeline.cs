using System.Text.Json;
using Hearth.Query.Selecting;

namespace Hearth.Query.Pyroscope;

/// <summary>The timeline of the render API: sums per step from a start snapped down to the step, gaps filled with zeros.</summary>
internal static class RenderTimeline
{
    private static readonly long[] Steps =
    [
        15, 20, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
    ];

    /// <summary>The step for a range: 1/1500 of it or the next larger round number, at least 15 s; days for long ranges.</summary>
    public static long StepSeconds(QueryRange range)
    {
        long wanted = (range.EndMs - range.StartMs) / 1_500 / 1_000;
        foreach (long step in Steps)
        {
            if (wanted <= step)
            {
                return step;
            }
        }

        return ((wanted + 86_399) / 86_400) * 86_400;
    }

    /// <summary>The range a timeline covers: its start moved down to a whole step.</summary>
    public static QueryRange Snap(QueryRange range, long stepSeconds)
    {
        long start = range.StartMs / 1_000;
        return range with { StartMs = (start - (start % stepSeconds)) * 1_000 };
    }

    /// <summary>Writes one timeline; <paramref name="points"/> is null where there is no data.</summary>
    public static void Write(Utf8JsonWriter json, TimeGrid grid, IReadOnlyList<SeriesPoint> points)
    {
        long step = grid.StepMs / 1_000;
        double[] samples = new double[Math.Max(grid.BucketsMax, 1)];
        foreach (SeriesPoint point in points)
        {
            long bucket = (point.TimestampMs - grid.Range.StartMs - 1) / grid.StepMs;
            samples[Math.Clamp(bucket, 0, samples.Length - 1)] += point.Value;
        }

        json.WriteStartObject();
        json.WriteNumber("startTime", grid.Range.StartMs / 1_000);
        json.WriteStartArray("samples");
        foreach (double sample in samples)
        {
            json.WriteNumberValue(sample);
        }

        json.WriteEndArray();
        json.WriteNumber("durationDelta", step);
        json.WriteStartObject("watermarks");
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
