using System.Collections.Concurrent;
using System.Text;
using Hearth.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Hearth.Tests.EndToEnd;

/// <summary>Hearth's own telemetry leaves over OTLP when a standard variable asks for it, and only then.</summary>
public sealed class SelfTelemetryTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Export_Endpoint_IsUsedOnlyWhenSet(bool set)
    {
        var received = new ConcurrentDictionary<string, string>();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        await using WebApplication receiver = builder.Build();
        receiver.MapPost("/v1/{signal}", async (HttpContext http, string signal) =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            received[signal] = Encoding.Latin1.GetString(body.ToArray());
        });
        await receiver.StartAsync();
        var environment = new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = set ? receiver.Urls.Single() : null,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=test",
            ["HEARTH_LOG_LEVEL"] = "debug",
        };

        // Any role will do; this one ends by itself.
        await using HostProcess host = HostProcess.Start(["query", "--clickhouse", "http://127.0.0.1:1", "--admin-port", "0"], environment);
        Assert.Equal(1, await host.ExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(set, received.ContainsKey("metrics"));
        if (set)
        {
            Assert.Contains("hearth-query", received["metrics"]);
            Assert.Contains("deployment.environment.name", received["metrics"]);
            Assert.Contains("dotnet.gc.collections", received["metrics"]);
        }
    }
}
