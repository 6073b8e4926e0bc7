using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hearth.Lifetime;

namespace Hearth.Top;

/// <summary>Asks the read API, in the JSON form of its Connect protocol, and sums the answers into a report.</summary>
internal sealed class TopClient(HttpClient http, TopOptions options, TimeProvider time)
{
    private const int StepSecondsMin = 15;
    private const int BucketsMax = 240;
    private const int NodesMax = 65_536;

    /// <summary>Longest wait for one answer.</summary>
    public static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(30);

    /// <summary>Largest answer read, bytes.</summary>
    public const int AnswerBytesMax = 256 << 20;

    /// <summary>Asks for both tables.</summary>
    public async Task<TopReport> ReadAsync(CancellationToken cancel)
    {
        // Whole buckets, so that both answers cover the same samples.
        int step = (int)Math.Ceiling(options.Last.TotalSeconds / BucketsMax / StepSecondsMin) * StepSecondsMin;
        long end = (time.GetUtcNow().ToUnixTimeSeconds() / step + 1) * step;
        long start = end - (long)Math.Ceiling(options.Last.TotalSeconds / step) * step;
        string selector = options.Service is null ? "{}" : $"{{service_name={JsonSerializer.Serialize(options.Service)}}}";
        JsonElement series = await AskAsync("SelectSeries", selector, start, end, step, cancel);
        JsonElement stacks = await AskAsync("SelectMergeStacktraces", selector, start, end, null, cancel);

        var services = new Dictionary<string, long>(StringComparer.Ordinal);
        var buckets = new HashSet<long>();
        foreach (JsonElement one in Array(series, "series"))
        {
            JsonElement label = Array(one, "labels").FirstOrDefault();
            string name = label.ValueKind == JsonValueKind.Object ? Text(label, "value") : "";
            foreach (JsonElement point in Array(one, "points"))
            {
                double value = point.TryGetProperty("value", out JsonElement v) ? v.GetDouble() : 0;
                services[name] = services.GetValueOrDefault(name) + (long)value;
                buckets.Add(point.TryGetProperty("timestamp", out JsonElement t) ? FlameLevels.Number(t) : 0);
            }
        }

        if (!stacks.TryGetProperty("flamegraph", out JsonElement graph) || graph.ValueKind != JsonValueKind.Object)
        {
            return Report(services, [], 0, buckets.Count * (double)step);
        }

        Dictionary<string, (long Self, long Total)> functions = FlameLevels.Sum(graph)
            ?? throw new StartFailedException($"{options.Url} gave a flame graph that cannot be read; is it a Hearth of this version?");
        long total = graph.TryGetProperty("total", out JsonElement sum) ? FlameLevels.Number(sum) : 0;
        return Report(services, functions, total, buckets.Count * (double)step);
    }

    private TopReport Report(
        Dictionary<string, long> services, Dictionary<string, (long Self, long Total)> functions, long total, double seconds)
    {
        double all = Math.Max(1, total);
        double per = Math.Max(1, seconds);
        string unit = options.Type.Split(':')[2];
        double scale = unit == "nanoseconds" ? 1e9 : 1;
        double servicesTotal = Math.Max(1, services.Values.Sum());
        return new TopReport
        {
            Type = options.Type,
            Unit = unit,
            Seconds = seconds,
            Total = total,
            ServiceCount = services.Count,
            FunctionCount = functions.Count,
            Services =
            [
                .. services.OrderByDescending(s => s.Value).ThenBy(s => s.Key, StringComparer.Ordinal).Take(options.Limit)
                    .Select(s => new TopReport.ServiceRow(s.Key, s.Value, s.Value / scale / per, s.Value / servicesTotal)),
            ],
            Functions =
            [
                .. functions.OrderByDescending(f => f.Value.Self).ThenByDescending(f => f.Value.Total)
                    .ThenBy(f => f.Key, StringComparer.Ordinal)
                    .Take(options.Limit)
                    .Select(f => new TopReport.FunctionRow(f.Key, f.Value.Self, f.Value.Total, f.Value.Self / all, f.Value.Total / all)),
            ],
        };
    }

    private async Task<JsonElement> AskAsync(string method, string selector, long start, long end, int? step, CancellationToken cancel)
    {
        var request = new JsonObject
        {
            ["profileTypeID"] = options.Type,
            ["labelSelector"] = selector,
            ["start"] = start * 1000,
            ["end"] = end * 1000,
        };
        if (step is { } seconds)
        {
            request["step"] = seconds;
            request["groupBy"] = new JsonArray("service_name");
        }
        else
        {
            request["maxNodes"] = NodesMax;
        }

        string prefix = options.Url.ToString().TrimEnd('/');
        try
        {
            // The content type without a charset: the protocol knows no other.
            using var content = new StringContent(request.ToJsonString(), new MediaTypeHeaderValue("application/json"));
            var address = new Uri($"{prefix}/querier.v1.QuerierService/{method}");
            using HttpResponseMessage answer = await http.PostAsync(address, content, cancel);
            JsonElement body = await answer.Content.ReadFromJsonAsync<JsonElement>(cancel);
            return answer.IsSuccessStatusCode
                ? body
                : throw new StartFailedException($"{options.Url} answered {(int)answer.StatusCode}: {Text(body, "message")}");
        }
        catch (HttpRequestException failure)
        {
            throw new StartFailedException(
                failure.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                    ? $"nothing answers at {options.Url}; start Hearth with 'hearth', or name where it runs with --url"
                    : $"cannot ask {options.Url}: {failure.Message}",
                failure);
        }
        catch (JsonException failure)
        {
            throw new StartFailedException($"what answers at {options.Url} is not Hearth's read API; name its address with --url", failure);
        }
        catch (TaskCanceledException failure) when (!cancel.IsCancellationRequested)
        {
            throw new StartFailedException($"{options.Url} did not answer within {AnswerMax.TotalSeconds} s", failure);
        }
    }

    private static string Text(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object
        && owner.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()!
            : "";

    private static JsonElement.ArrayEnumerator Array(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object
        && owner.TryGetProperty(name, out JsonElement array) && array.ValueKind == JsonValueKind.Array
            ? array.EnumerateArray()
            : default;
}
