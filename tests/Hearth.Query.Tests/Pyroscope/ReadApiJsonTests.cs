using System.Net;
using System.Text.Json;
using Hearth.Profiles.Labels;
using Hearth.Query.Tests.Hosting;
using Hearth.Testing;
using Xunit;

namespace Hearth.Query.Tests.Pyroscope;

/// <summary>The read API as the browser and plain curl use it.</summary>
public sealed class ReadApiJsonTests(EngineFixture engine, SharedHost shared) : IClassFixture<SharedHost>
{
    private const long Start = 1_790_000_100_000;
    private const string Cpu = "process_cpu:cpu:nanoseconds:cpu:nanoseconds";
    private const string Range = "\"start\":1790000100000,\"end\":\"1790000160000\"";
    private const string Utf8 = "application/json; allow-utf8-labelnames=true";

    [Fact]
    public async Task ProfileTypes_AnyRange_IsNeverRefused()
    {
        QueryHost host = await FilledAsync();

        JsonElement all = await host.OkAsync("ProfileTypes", "{}");
        JsonElement ancient = await host.OkAsync("ProfileTypes", "{\"start\":1000,\"end\":\"4000\"}");
        JsonElement reversed = await host.OkAsync("ProfileTypes", "{\"start\":4000,\"end\":1000}");

        Assert.Equal("{}", Compact(ancient));
        Assert.Equal("{}", Compact(reversed));
        Assert.Equal(
            "{\"ID\":\"memory:inuse_space:bytes:space:bytes\",\"name\":\"memory\",\"sampleType\":\"inuse_space\",\"sampleUnit\":\"bytes\","
            + "\"periodType\":\"space\",\"periodUnit\":\"bytes\"}",
            Compact(all.GetProperty("profileTypes")[0]));
        Assert.Equal(Cpu, all.GetProperty("profileTypes")[1].GetProperty("ID").GetString());
    }

    [Fact]
    public async Task LabelNames_PlainCaller_GetsAliasesInsteadOfDottedNames()
    {
        QueryHost host = await FilledAsync();

        string plain = Compact(await host.OkAsync("LabelNames", $"{{{Range}}}"));
        string any = Compact(await host.OkAsync("LabelNames", $"{{{Range},\"matchers\":[\"{{service_name=\\\"api\\\"}}\"]}}", Utf8));

        Assert.Equal(
            Compact("""
                {"names":["__name__","__period_type__","__period_unit__","__profile_type__","__service_name__","__type__","__unit__",
                "namespace","pod","service_name"]}
                """),
            plain);
        Assert.Contains("\"k8s.namespace.name\"", any, StringComparison.Ordinal);
        Assert.Contains("\"namespace\"", any, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("service_name", "[]", "api,web")]
    [InlineData("pod", "[]", "api-0,api-1,web-0")]
    [InlineData("k8s.pod.name", "[]", "api-0,api-1,web-0")]
    [InlineData("pod", "[\"{service_name=\\\"api\\\"}\",\"{namespace=~\\\"p.*\\\"}\"]", "api-0")]
    [InlineData("pod", "[\"process_cpu:cpu:nanoseconds:cpu:nanoseconds{}\"]", "api-0,api-1,web-0")]
    [InlineData("pod", "[\"memory:inuse_space:bytes:space:bytes{}\"]", "web-0")]
    [InlineData("__profile_type__", "[]", "memory:inuse_space:bytes:space:bytes," + Cpu)]
    [InlineData("__name__", "[\"{__type__=\\\"cpu\\\"}\"]", "process_cpu")]
    [InlineData("__service_name__", "[\"{__unit__!=\\\"nanoseconds\\\"}\"]", "web")]
    [InlineData("unheard_of", "[]", "")]
    public async Task LabelValues_Matchers_AreAnded(string name, string matchers, string expected)
    {
        QueryHost host = await FilledAsync();

        JsonElement body = await host.OkAsync("LabelValues", $"{{\"name\":\"{name}\",{Range},\"matchers\":{matchers}}}");

        Assert.Equal(expected, body.TryGetProperty("names", out JsonElement names) ? string.Join(',', names.EnumerateArray()) : "");
    }

    [Fact]
    public async Task Series_RequestedNames_GiveDistinctCombinations()
    {
        QueryHost host = await FilledAsync();

        string landing = Compact(await host.OkAsync(
            "Series", $"{{{Range},\"labelNames\":[\"service_name\",\"__profile_type__\"],\"matchers\":[]}}"));
        string dotted = Compact(await host.OkAsync("Series", $"{{{Range},\"label_names\":[\"k8s.namespace.name\",\"nothing\"]}}", Utf8));
        string hidden = Compact(await host.OkAsync("Series", $"{{{Range},\"labelNames\":[\"k8s.namespace.name\"]}}"));
        JsonElement whole = await host.OkAsync("Series", $"{{{Range},\"matchers\":[\"{{pod=\\\"web-0\\\",__name__=\\\"memory\\\"}}\"]}}");

        Assert.Equal(
            Compact($$"""
                {"labelsSet":[
                {"labels":[{"name":"__profile_type__","value":"memory:inuse_space:bytes:space:bytes"},
                {"name":"service_name","value":"web"}]},
                {"labels":[{"name":"__profile_type__","value":"{{Cpu}}"},{"name":"service_name","value":"api"}]},
                {"labels":[{"name":"__profile_type__","value":"{{Cpu}}"},{"name":"service_name","value":"web"}]}]}
                """),
            landing);
        Assert.Equal(
            Compact("""
                {"labelsSet":[
                {"labels":[{"name":"k8s.namespace.name","value":"dev"}]},
                {"labels":[{"name":"k8s.namespace.name","value":"prod"}]}]}
                """),
            dotted);
        Assert.Equal("{}", hidden);
        Assert.Equal(
            "__name__,__period_type__,__period_unit__,__profile_type__,__service_name__,__type__,__unit__,namespace,pod,service_name",
            string.Join(',', whole.GetProperty("labelsSet")[0].GetProperty("labels").EnumerateArray().Select(l => l.GetProperty("name"))));
    }

    [Fact]
    public async Task GetProfileStats_WithData_WritesTimesAsStrings()
    {
        QueryHost host = await FilledAsync();
        await using QueryHost empty = await QueryHost.StartAsync(engine);

        Assert.Equal(
            "{\"dataIngested\":true,\"oldestProfileTime\":\"1790000100000\",\"newestProfileTime\":\"1790000145000\"}",
            Compact(await host.OkAsync("GetProfileStats", "{}")));
        Assert.Equal("{}", Compact(await empty.OkAsync("GetProfileStats", "{}")));
    }

    [Fact]
    public async Task SelectSeries_SteadyLoad_IsLevelAndSumsPerStep()
    {
        QueryHost host = await FilledAsync();

        string body = Compact(await host.OkAsync(
            "SelectSeries",
            $"{{\"profileTypeID\":\"{Cpu}\",\"labelSelector\":\"{{service_name=\\\"api\\\"}}\",{Range},"
            + "\"step\":30,\"groupBy\":[\"pod\"],\"limit\":\"1\"}"));

        Assert.Equal(
            Compact("""
                {"series":[{"labels":[{"name":"pod","value":"api-0"}],
                "points":[{"value":30,"timestamp":"1790000130000"},{"value":30,"timestamp":"1790000160000"}]}]}
                """),
            body);
    }

    [Fact]
    public async Task SelectMergeStacktraces_NamesOfBothSpellingsAndUnknownFields_AreRead()
    {
        QueryHost host = await FilledAsync();

        string body = Compact(await host.OkAsync(
            "SelectMergeStacktraces",
            $"{{\"profile_typeID\":\"{Cpu}\",\"label_selector\":\"{{pod=\\\"api-0\\\"}}\",{Range},\"maxNodes\":500,"
            + "\"somethingNew\":{\"a\":[1]},\"stackTraceSelector\":{\"call_site\":[{\"name\":\"main\"}],\"frame_filter\":{}}}"));

        Assert.Equal(
            Compact("""
                {"flamegraph":{"names":["total","main","foo","bar"],
                "levels":[{"values":["0","60","0","0"]},{"values":["0","60","0","1"]},
                {"values":["0","60","40","2"]},{"values":["40","20","20","3"]}],
                "total":"60","maxSelf":"40"}}
                """),
            body);
    }

    [Fact]
    public async Task SelectMergeStacktraces_NothingMatches_GivesTheRootAlone()
    {
        QueryHost host = await FilledAsync();

        string body = Compact(await host.OkAsync(
            "SelectMergeStacktraces", $"{{\"profileTypeID\":\"{Cpu}\",\"labelSelector\":\"{{service_name=\\\"nobody\\\"}}\",{Range}}}"));

        Assert.Equal("""{"flamegraph":{"names":["total"],"levels":[{"values":["0","0","0","0"]}]}}""", body);
    }

    [Fact]
    public async Task SelectMergeStacktraces_UnresolvedSpanTemplate_SelectsNothing()
    {
        QueryHost host = await FilledAsync();

        JsonElement body = await host.OkAsync(
            "SelectMergeStacktraces",
            $"{{\"profileTypeID\":\"{Cpu}\",{Range},\"spanSelector\":[\"${{__span.tags[\\\"pyroscope.profile.id\\\"]}}\"]}}");

        Assert.Equal("[\"total\"]", Compact(body.GetProperty("flamegraph").GetProperty("names")));
    }

    [Theory]
    [InlineData("SelectMergeStacktraces", "{}", "start and end")]
    [InlineData("LabelNames", "{}", "start and end")]
    [InlineData("Series", "{\"start\":5,\"end\":4}", "reversed")]
    [InlineData("LabelValues", "{" + Range + "}", "name is required")]
    [InlineData("SelectMergeStacktraces", "{" + Range + "}", "profile_typeID is required")]
    [InlineData("SelectMergeStacktraces", "{\"profileTypeID\":\"cpu\"," + Range + "}", "name:sample_type")]
    [InlineData("SelectMergeStacktraces", "{\"profileTypeID\":\"" + Cpu + "\",\"labelSelector\":\"{a\"," + Range + "}", "=~")]
    [InlineData("SelectMergeStacktraces", "{\"profileTypeID\":\"" + Cpu + "\",\"maxNodes\":-1," + Range + "}", "max_nodes")]
    [InlineData("SelectMergeStacktraces", "{\"profileTypeID\":\"" + Cpu + "\",\"maxNodes\":1048577," + Range + "}", "max_nodes")]
    [InlineData("SelectMergeStacktraces", "{\"profileTypeID\":\"" + Cpu + "\",\"spanSelector\":[\"x\"]," + Range + "}", "invalid span id")]
    [InlineData("SelectSeries", "{\"profileTypeID\":\"" + Cpu + "\"," + Range + "}", "step")]
    [InlineData("SelectSeries", "{\"profileTypeID\":\"" + Cpu + "\",\"step\":1,\"limit\":-1," + Range + "}", "limit")]
    [InlineData("Diff", "{}", "left and right")]
    [InlineData("SelectMergeProfile", "{\"start\":\"x\"}", "SelectMergeProfileRequest")]
    [InlineData("Series", "{", "SeriesRequest")]
    [InlineData("Series", "[]", "SeriesRequest")]
    [InlineData("Series", "", "{}")]
    public async Task AnyMethod_WrongRequest_SaysWhatIsWrong(string method, string request, string expected)
    {
        QueryHost host = await FilledAsync();

        string message = await host.FailsAsync(method, request, HttpStatusCode.BadRequest, "invalid_argument");

        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SelectMergeStacktraces", "\"profileIdSelector\":[\"x\"]")]
    [InlineData("SelectMergeStacktraces", "\"traceIdSelector\":[\"x\"]")]
    [InlineData("SelectMergeStacktraces", "\"format\":99")]
    [InlineData("SelectSeries", "\"step\":15,\"exemplarType\":\"EXEMPLAR_TYPE_SPAN\"")]
    public async Task AnyMethod_WhatIsNotThere_IsUnimplementedInsteadOfAnotherAnswer(string method, string fields)
    {
        QueryHost host = await FilledAsync();

        await host.FailsAsync(
            method, $"{{\"profileTypeID\":\"{Cpu}\",{Range},{fields}}}", HttpStatusCode.NotImplemented, "unimplemented");
    }

    [Fact]
    public async Task Service_UnknownMethodAndReady_AnswerAsHttp()
    {
        await using QueryHost host = await QueryHost.StartAsync(engine);

        using StringContent empty = new("{}", System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage unknown = await host.Http.PostAsync("/querier.v1.QuerierService/Nothing", empty, QueryHost.Token);
        using HttpResponseMessage ready = await host.Http.GetAsync("/ready", QueryHost.Token);

        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }

    [Fact]
    public async Task Curl_JsonWithoutConnectHeaders_GetsAnAnswer()
    {
        string curl = Require.Tool("curl");
        QueryHost host = await FilledAsync();

        string body = Tool.Run(
            curl, "-sS", "-H", "Content-Type: application/json", "--data", $"{{{Range},\"name\":\"service_name\"}}",
            new Uri(host.Http.BaseAddress!, "/querier.v1.QuerierService/LabelValues").ToString());

        Assert.Equal("{ \"names\": [ \"api\", \"web\" ] }", body);
    }

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element);

    private static string Compact(string json) => Compact(JsonDocument.Parse(json).RootElement);

    private Task<QueryHost> FilledAsync() => shared.GetAsync(engine, data =>
    {
        LabelSet Labels(string service, string pod, string space) =>
            LabelSet.Of(("service_name", service), ("k8s.pod.name", pod), ("k8s.namespace.name", space));
        for (int window = 0; window < 4; window++)
        {
            long start = Start + (window * 15_000);
            data.Add(KnownData.Cpu, Labels("api", "api-0", "prod"), start, new("main;foo", 10), new("main;foo;bar", 5));
            data.Add(KnownData.Cpu, Labels("api", "api-1", "dev"), start, new("main", 3), new("rt;gc", 4, 0xabc));
            data.Add(KnownData.Cpu, Labels("web", "web-0", "prod"), start, new KnownSample("serve", 1));
        }

        data.Add(KnownData.Inuse, Labels("web", "web-0", "prod"), Start + 1_234, new KnownSample("alloc", 4096));
    });
}
