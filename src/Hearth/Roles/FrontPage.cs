namespace Hearth.Roles;

/// <summary>What a browser sees at the root of the read API until there is a page.</summary>
internal static class FrontPage
{
    /// <summary>Adds <c>GET /</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/", (HttpContext http) =>
    {
        string here = $"{http.Request.Scheme}://{http.Request.Host}";
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(
            $"""
            Hearth: continuous profiling. It samples this machine's processes all the time and answers which code uses the CPU.

            In a terminal:
              hearth top --url {here}

            In Grafana: add a data source of type "Grafana Pyroscope" with the URL
              {here}
            and open Explore, or the Profiles app (Drilldown).

            """,
            http.RequestAborted);
    });
}
