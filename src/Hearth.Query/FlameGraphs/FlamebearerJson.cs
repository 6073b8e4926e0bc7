using System.Text.Json;

namespace Hearth.Query.FlameGraphs;

/// <summary>Writes the parts of a flamebearer document, the JSON of <c>/pyroscope/render</c>.</summary>
internal static class FlamebearerJson
{
    /// <summary>The property <c>flamebearer</c>: names, levels, the number of ticks and the largest self value.</summary>
    public static void WriteGraph(Utf8JsonWriter json, EncodedFlameGraph graph)
    {
        json.WriteStartObject("flamebearer");
        json.WriteStartArray("names");
        foreach (string name in graph.Names)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteStartArray("levels");
        foreach (long[] level in graph.Levels)
        {
            json.WriteStartArray();
            foreach (long value in level)
            {
                json.WriteNumberValue(value);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteNumber("numTicks", graph.Total);
        json.WriteNumber("maxSelf", graph.MaxSelf);
        json.WriteEndObject();
    }

    /// <summary>
    /// The property <c>metadata</c>. Time is drawn as samples at a rate of 1e9 per second, counts of things as objects, anything
    /// else in its own unit.
    /// </summary>
    public static void WriteMetadata(Utf8JsonWriter json, string sampleType, string sampleUnit, string name, bool isDouble)
    {
        (string units, int rate) = sampleType switch
        {
            "cpu" => ("samples", 1_000_000_000),
            "inuse_objects" or "alloc_objects" or "goroutine" or "samples" => ("objects", 100),
            _ => (sampleUnit, 100),
        };
        json.WriteStartObject("metadata");
        json.WriteString("format", isDouble ? "double" : "single");
        json.WriteString("spyName", "");
        json.WriteNumber("sampleRate", rate);
        json.WriteString("units", units);
        json.WriteString("name", name);
        json.WriteEndObject();
    }
}
