using Hearth.Profiles.Types;
using Hearth.Query.Selecting;
using Hearth.Wire.Rpc;

namespace Hearth.Query.Pyroscope;

/// <summary>Checks the parts that requests share. What is wrong is invalid_argument with a sentence.</summary>
internal sealed class RequestReader(QueryOptions options)
{
    private SelectorLimits Limits => new(options.SelectorLengthMax, options.MatchersMax, options.RegexLengthMax);

    /// <summary>An error of the caller.</summary>
    public static RpcException Invalid(string message) => new(RpcCode.InvalidArgument, message);

    /// <summary>A range with both bounds.</summary>
    public static QueryRange Range(long start, long end) =>
        QueryRange.TryCreate(start, end, out QueryRange range, out string? error) ? range : throw Invalid(error!);

    /// <summary>Buckets of a range.</summary>
    public static TimeGrid Grid(QueryRange range, double step) =>
        TimeGrid.TryCreate(range, step, out TimeGrid grid, out string? error) ? grid : throw Invalid(error!);

    /// <summary>Span ids; null filters nothing.</summary>
    public ulong[]? Spans(IReadOnlyCollection<string> texts)
    {
        Bounded(texts.Count, "span_selector");
        return SpanSelector.TryParse(texts, out ulong[]? spans, out string? error) ? spans : throw Invalid(error!);
    }

    /// <summary>Selectors, ANDed, over all profile types.</summary>
    public Selection Matchers(IReadOnlyCollection<string> selectors)
    {
        Bounded(selectors.Count, "matchers");
        return Create("", selectors);
    }

    /// <summary>A selector of one profile type, which the request or the selector names.</summary>
    public Selection OfType(string profileTypeId, string selector)
    {
        if (profileTypeId.Length > 0 && !ProfileType.TryParse(profileTypeId, out _))
        {
            throw Invalid($"profile_typeID '{profileTypeId}' is not of the form name:sample_type:sample_unit:period_type:period_unit.");
        }

        Selection selection = Create(profileTypeId, [selector]);
        return selection.Type is null
            ? throw Invalid("profile_typeID is required, for example process_cpu:cpu:nanoseconds:cpu:nanoseconds.")
            : selection;
    }

    /// <summary>Nodes of a flame graph: what the caller asks for, or the default.</summary>
    public int Nodes(bool isSet, long asked)
    {
        if (!isSet || asked == 0)
        {
            return options.NodesDefault;
        }

        return asked < 0 || asked > options.NodesMax
            ? throw Invalid($"max_nodes must be between 0 and {options.NodesMax}, not {asked}.")
            : (int)asked;
    }

    /// <summary>Label names to group by or to list.</summary>
    public IReadOnlyList<string> Names(IReadOnlyCollection<string> names, string field)
    {
        Bounded(names.Count, field);
        return [.. names.Where(name => name.Length > 0).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Refuses what this server cannot do rather than answer another question.</summary>
    public static void Unsupported(int count, string field)
    {
        if (count > 0)
        {
            throw new RpcException(RpcCode.Unimplemented, $"{field} is not supported by this server.");
        }
    }

    private Selection Create(string profileTypeId, IEnumerable<string> selectors) =>
        Selection.TryCreate(profileTypeId, selectors, Limits, out Selection selection, out string? error)
            ? selection
            : throw Invalid(error!);

    private void Bounded(int count, string field)
    {
        if (count > options.ListItemsMax)
        {
            throw Invalid($"{field} has {count} items; at most {options.ListItemsMax} are allowed.");
        }
    }
}
