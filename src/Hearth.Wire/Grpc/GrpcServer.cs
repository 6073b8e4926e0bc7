using System.Runtime.CompilerServices;
using Hearth.Wire.Protobuf;
using Hearth.Wire.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Hearth.Wire.Grpc;

/// <summary>Unary gRPC over Kestrel's HTTP/2 (the "gRPC over HTTP2" description). Plain text needs a listener of HTTP/2 alone.</summary>
public static class GrpcServer
{
    private static readonly ConditionalWeakTable<IEndpointRouteBuilder, object> WithFallback = [];

    /// <summary>
    /// Maps one unary method. Along with the first one of a route builder every other path is mapped that a gRPC request may
    /// ask for: it is answered with UNIMPLEMENTED.
    /// </summary>
    /// <param name="routes">Where to map. Constrain a group to a listener with RequireHost before mapping into it.</param>
    /// <param name="fullMethod">"/package.Service/Method", matched to the letter.</param>
    /// <param name="handler">
    /// Reads <see cref="RpcCall.Message"/> (its memory ends with the call), writes the reply, fails with <see cref="RpcException"/>.
    /// The token is cancelled when the caller goes away or its deadline passes.
    /// </param>
    /// <param name="limits">What one request may cost.</param>
    public static IEndpointConventionBuilder MapGrpcUnary(
        this IEndpointRouteBuilder routes,
        string fullMethod,
        Func<RpcCall, ProtoWriter, CancellationToken, ValueTask> handler,
        RpcLimits limits)
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(handler);
        GrpcEndpoint endpoint = new(routes, fullMethod, handler, limits);
        if (WithFallback.TryAdd(routes, fullMethod))
        {
            RoutePattern others = RoutePatternFactory.Parse(
                "/{**method}", null, new RouteValueDictionary { ["method"] = new GrpcContentConstraint() });
            routes.Map(others, GrpcEndpoint.RefuseUnknownAsync).WithDisplayName("gRPC unknown method").Add(SortLast);
        }

        return routes.Map(RoutePatternFactory.Parse(fullMethod), endpoint.HandleAsync).WithDisplayName("gRPC " + fullMethod);
    }

    private static void SortLast(EndpointBuilder builder) => ((RouteEndpointBuilder)builder).Order = int.MaxValue;

    /// <summary>Lets the fallback match gRPC requests alone, so that it takes nothing from other endpoints of the application.</summary>
    private sealed class GrpcContentConstraint : IRouteConstraint
    {
        public bool Match(
            HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            httpContext is not null && HttpMethods.IsPost(httpContext.Request.Method)
            && GrpcContentType.IsGrpc(httpContext.Request.ContentType);
    }
}
