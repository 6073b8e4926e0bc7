using System.Threading.RateLimiting;
using Hearth.Ingest.Committing;
using Hearth.Ingest.Otlp;
using Hearth.Storage.ClickHouse;
using Hearth.Storage.Writing;
using Hearth.Wire.Grpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hearth.Ingest;

/// <summary>The ingest role: its services, and its endpoints on the host's listeners.</summary>
public static class IngestService
{
    /// <summary>
    /// Adds the ingest role. It writes through the <see cref="ClickHouseClient"/> that the host registers, to a schema that the host
    /// has applied.
    /// </summary>
    /// <exception cref="ArgumentException">Options are wrong; the message names every mistake.</exception>
    public static IServiceCollection AddHearthIngest(this IServiceCollection services, IngestOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<string> mistakes = options.Mistakes();
        if (mistakes.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", mistakes), nameof(options));
        }

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RowWriter>();
        services.AddSingleton(options);
        services.AddSingleton<ExportLanes>();
        services.AddSingleton(provider => new GroupCommitter(
            options,
            provider.GetRequiredService<RowWriter>().WriteAsync,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<GroupCommitter>>()));
        services.AddHostedService(provider => provider.GetRequiredService<GroupCommitter>());
        services.AddSingleton<ProfilesExport>();
        services.AddSingleton(provider => new OtlpEndpoints(
            options,
            provider.GetRequiredService<ProfilesExport>(),
            new ConcurrencyLimiter(new ConcurrencyLimiterOptions
            {
                PermitLimit = options.RequestsMax,
                QueueLimit = options.RequestQueueMax,
                QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
            })));
        return services;
    }

    /// <summary>Maps OTLP over gRPC; call it on the application of an HTTP/2 listener (4317).</summary>
    public static void MapHearthIngestGrpc(this IEndpointRouteBuilder routes)
    {
        OtlpEndpoints endpoints = routes.ServiceProvider.GetRequiredService<OtlpEndpoints>();
        routes.MapGrpcUnary(OtlpEndpoints.GrpcMethod, endpoints.ExportGrpcAsync, endpoints.Limits)
            .Add(builder => builder.RequestDelegate = endpoints.Admit(builder.RequestDelegate!));
    }

    /// <summary>Maps OTLP over HTTP; call it on the application of an HTTP listener (4318).</summary>
    public static void MapHearthIngestHttp(this IEndpointRouteBuilder routes)
    {
        OtlpEndpoints endpoints = routes.ServiceProvider.GetRequiredService<OtlpEndpoints>();
        foreach (string path in OtlpEndpoints.HttpPaths)
        {
            routes.Map(path, endpoints.Admit(endpoints.ExportHttpAsync)).WithDisplayName("OTLP profiles " + path);
        }
    }
}
