using Hearth.Wire.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Hearth.Wire.Connect;

/// <summary>Unary Connect (the Connect protocol, "Unary-Request" and "Unary-Response") over HTTP/1.1 or HTTP/2, POST only.</summary>
public static class ConnectServer
{
    /// <summary>Maps one unary method. A method that is not mapped is a 404, which Connect clients read as unimplemented.</summary>
    /// <param name="routes">Where to map.</param>
    /// <param name="fullMethod">"/package.Service/Method", matched to the letter.</param>
    /// <param name="handler">
    /// Reads <see cref="RpcCall.Message"/> (its memory ends with the call) and returns the reply in the codec of the call. Fails with
    /// <see cref="RpcException"/>. The token is cancelled when the caller goes away or its deadline passes.
    /// </param>
    /// <param name="limits">What one request may cost.</param>
    public static IEndpointConventionBuilder MapConnectUnary(
        this IEndpointRouteBuilder routes,
        string fullMethod,
        Func<ConnectCall, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> handler,
        RpcLimits limits)
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(handler);
        ConnectEndpoint endpoint = new(routes, fullMethod, handler, limits);
        return routes.Map(RoutePatternFactory.Parse(fullMethod), endpoint.HandleAsync).WithDisplayName("Connect " + fullMethod);
    }
}
