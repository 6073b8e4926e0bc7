using Microsoft.AspNetCore.Http;

namespace Hearth.Query.Pyroscope;

/// <summary>Whose data a request reads: the one place that decides. Everyone is one tenant for now, whatever the headers say.</summary>
internal static class QueryTenant
{
    /// <summary>The tenant while there is one.</summary>
    public const string Anonymous = "anonymous";

    /// <summary>The tenant of a request.</summary>
    public static string Of(IHeaderDictionary headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        return Anonymous;
    }
}
