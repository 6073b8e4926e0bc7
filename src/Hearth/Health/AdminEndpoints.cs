using Hearth.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hearth.Health;

/// <summary>
/// The admin port: three health checks for an orchestrator and the metrics. Never authenticated, so none of it is secret.
/// </summary>
internal static class AdminEndpoints
{
    /// <summary>Adds <c>/livez /readyz /startupz /metrics</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes, Readiness readiness, PrometheusText metrics)
    {
        routes.MapGet("/livez", (HttpContext http) => WriteAsync(http, StatusCodes.Status200OK, "ok"));
        routes.MapGet("/startupz", (HttpContext http) => readiness.IsStarted
            ? WriteAsync(http, StatusCodes.Status200OK, "ok")
            : WriteAsync(http, StatusCodes.Status503ServiceUnavailable, "starting"));
        routes.MapGet("/readyz", async (HttpContext http) =>
        {
            string? why = await readiness.WhyNotAsync(http.RequestAborted);
            await WriteAsync(http, why is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, why ?? "ok");
        });
        routes.MapGet("/metrics", async (HttpContext http) =>
        {
            http.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            await http.Response.WriteAsync(metrics.Write(), http.RequestAborted);
        });
    }

    private static Task WriteAsync(HttpContext http, int status, string word)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync(word + "\n", http.RequestAborted);
    }
}
