using Hearth.Query.Selecting;
using Microsoft.AspNetCore.Http;

namespace Hearth.Query.Pyroscope;

/// <summary>The parameters of the render API.</summary>
internal sealed class RenderQuery
{
    private RenderQuery(Selection selection, QueryRange range)
    {
        Selection = selection;
        Range = range;
    }

    /// <summary>Profile type and labels.</summary>
    public Selection Selection { get; }

    /// <summary>Time.</summary>
    public QueryRange Range { get; }

    /// <summary>Reads <c>query</c>, <c>from</c> and <c>until</c> under the names given; what is wrong is invalid_argument.</summary>
    public static RenderQuery Read(
        IQueryCollection parameters, RequestReader requests, DateTimeOffset now, string query, string from, string until)
    {
        string selector = parameters[query].ToString();
        if (selector.Length == 0)
        {
            throw RequestReader.Invalid($"{query} is required, for example process_cpu:cpu:nanoseconds:cpu:nanoseconds{{}}.");
        }

        QueryRange range = RequestReader.Range(Time(parameters, from, now, "now-1h"), Time(parameters, until, now, "now"));
        return new RenderQuery(requests.OfType("", selector), range);
    }

    /// <summary>Nodes: <c>maxNodes</c> or <c>max-nodes</c>.</summary>
    public static (bool IsSet, int Nodes) Nodes(IQueryCollection parameters, RequestReader requests)
    {
        string text = parameters["maxNodes"].ToString();
        text = text.Length > 0 ? text : parameters["max-nodes"].ToString();
        if (text.Length == 0)
        {
            return (false, requests.Nodes(false, 0));
        }

        return long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out long nodes)
            ? (nodes != 0, requests.Nodes(true, nodes))
            : throw RequestReader.Invalid($"max-nodes must be a number, not '{text}'.");
    }

    private static long Time(IQueryCollection parameters, string name, DateTimeOffset now, string missing)
    {
        string text = parameters[name].ToString();
        return RenderTime.TryParse(text.Length > 0 ? text : missing, now, out long milliseconds)
            ? milliseconds
            : throw RequestReader.Invalid($"{name} is '{text}': use now, now-1h, Unix seconds, milliseconds or nanoseconds, or YYYYMMDD.");
    }
}
