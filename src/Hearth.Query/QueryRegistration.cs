using System.ComponentModel.DataAnnotations;
using Hearth.Query.FlameGraphs;
using Hearth.Query.Pyroscope;
using Hearth.Query.Selecting;
using Hearth.Storage.Reading;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Hearth.Query;

/// <summary>Puts the read API into a host.</summary>
public static class QueryRegistration
{
    /// <summary>
    /// Adds the services of the read API. The host provides a <c>ProfileReader</c> and, if it likes, a <see cref="TimeProvider"/>.
    /// </summary>
    /// <exception cref="ValidationException">The options hold mistakes; the message names all of them.</exception>
    public static IServiceCollection AddHearthQuery(this IServiceCollection services, QueryOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        List<ValidationResult> mistakes = [];
        if (!Validator.TryValidateObject(options, new ValidationContext(options), mistakes, validateAllProperties: true))
        {
            throw new ValidationException(string.Join(" ", mistakes.Select(mistake => mistake.ErrorMessage)));
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddKeyedSingleton(SeriesSelector.ReaderKey, (provider, _) => provider
            .GetRequiredService<ProfileReader>().WithLimits(options.ReadRowsMax, options.ReadBytesMax));
        services.AddSingleton(options);
        services.AddSingleton<QueryMetrics>();
        services.AddSingleton<QueryRunner>();
        services.AddSingleton<RequestReader>();
        services.AddSingleton<SeriesSelector>();
        services.AddSingleton<TimeSeriesReader>();
        services.AddSingleton<StackReader>();
        services.AddSingleton<PprofExporter>();
        services.AddSingleton<LabelQueries>();
        services.AddSingleton<ChartQueries>();
        services.AddSingleton<ProfileQueries>();
        services.AddSingleton<QuerierService>();
        services.AddSingleton<RenderEndpoints>();
        return services;
    }

    /// <summary>
    /// Maps the read API: <c>/querier.v1.QuerierService/*</c> (Connect, protobuf and JSON), <c>/pyroscope/render</c>,
    /// <c>/pyroscope/render-diff</c> and <c>/ready</c>.
    /// </summary>
    public static IEndpointRouteBuilder MapHearthQuery(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        routes.ServiceProvider.GetRequiredService<QuerierService>().Map(routes);
        routes.ServiceProvider.GetRequiredService<RenderEndpoints>().Map(routes);
        return routes;
    }
}
