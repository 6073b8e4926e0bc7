using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Hearth.Profiles.Labels;

/// <summary>
/// Which attributes become labels of a series, and the short names people use for them. A stored label has the name of the
/// OpenTelemetry semantic conventions, except the service's, which every profile store and Grafana call <c>service_name</c>.
/// </summary>
public static class LabelNames
{
    /// <summary>The stored name of the service; every series has it.</summary>
    public const string ServiceName = "service_name";

    /// <summary>The service of a sender that named none.</summary>
    public const string UnknownService = "unknown_service";

    /// <summary>The attribute <see cref="ServiceName"/> is made from.</summary>
    public const string ServiceNameAttribute = "service.name";

    /// <summary>Derived from the profile type, never stored: the whole five-part id.</summary>
    public const string ProfileType = "__profile_type__";

    /// <summary>Derived from the profile type, never stored: its first part.</summary>
    public const string Name = "__name__";

    /// <summary>Derived from the profile type, never stored: its second part.</summary>
    public const string Type = "__type__";

    /// <summary>Derived from the profile type, never stored: its third part.</summary>
    public const string Unit = "__unit__";

    /// <summary>Derived from the profile type, never stored: its fourth part.</summary>
    public const string PeriodType = "__period_type__";

    /// <summary>Derived from the profile type, never stored: its fifth part.</summary>
    public const string PeriodUnit = "__period_unit__";

    private static readonly FrozenSet<string> Exact = new[]
    {
        ServiceName, ServiceNameAttribute, "container.name", "host.name", "deployment.environment.name", "process.executable.name",
        "cloud.provider", "cloud.region", "cloud.availability_zone", "telemetry.sdk.language",
        "namespace", "pod", "container", "node", "cluster", "region", "hostname", "version", "environment",
    }.ToFrozenSet(StringComparer.Ordinal);

    // Alias → the stored names it stands for, the first that is set wins.
    private static readonly FrozenDictionary<string, string[]> Targets = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["namespace"] = ["k8s.namespace.name"],
        ["pod"] = ["k8s.pod.name"],
        ["container"] = ["k8s.container.name", "container.name"],
        ["node"] = ["k8s.node.name"],
        ["cluster"] = ["k8s.cluster.name"],
        ["region"] = ["cloud.region"],
        ["version"] = ["service.version"],
        ["hostname"] = ["host.name"],
        ["environment"] = ["deployment.environment.name"],
        ["service_name"] = [ServiceName],
        [ServiceNameAttribute] = [ServiceName],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Labels whose hash groups series inside the sample table unless a tenant chose others.</summary>
    public static IReadOnlyList<string> PromotedDefault { get; } =
        ["k8s.namespace.name", "deployment.environment.name", "service.version"];

    /// <summary>Every alias there is.</summary>
    public static IReadOnlyCollection<string> Aliases { get; } =
        [.. Targets.Keys.Where(alias => alias is not (ServiceName or ServiceNameAttribute)).Order(StringComparer.Ordinal)];

    /// <summary>
    /// True when a resource attribute becomes a series label: <c>service.*</c>, <c>k8s.*</c> but uids, addresses and start times
    /// (they repeat what the name says), and a fixed list. Process id, thread id, CPU, start time and command line never do: each
    /// would make a series per run.
    /// </summary>
    public static bool IsSeriesLabel(string attribute)
    {
        if (Exact.Contains(attribute))
        {
            return true;
        }

        if (attribute.StartsWith("service.", StringComparison.Ordinal))
        {
            return true;
        }

        return attribute.StartsWith("k8s.", StringComparison.Ordinal)
            && !attribute.EndsWith(".uid", StringComparison.Ordinal)
            && !attribute.EndsWith(".ip", StringComparison.Ordinal)
            && !attribute.EndsWith(".start_time", StringComparison.Ordinal);
    }

    /// <summary>True for names that are kept out of series labels whatever a sender or a setting says.</summary>
    public static bool IsForbidden(string name) =>
        name.StartsWith("__", StringComparison.Ordinal)
        || name.StartsWith("thread.", StringComparison.Ordinal)
        || name.StartsWith("cpu.", StringComparison.Ordinal)
        || (name.StartsWith("process.", StringComparison.Ordinal) && name is not ("process.executable.name" or "process.runtime.name"
            or "process.runtime.version"))
        || name is "trace_id" or "span_id" or "profile_id" or "container.id";

    /// <summary>The name a resource attribute is stored under.</summary>
    public static string StoredName(string attribute) => attribute == ServiceNameAttribute ? ServiceName : attribute;

    /// <summary>
    /// The stored names that <paramref name="name"/> stands for in selectors, group-by and label lists, best first. A name
    /// that is no alias stands for itself; an alias stands for itself last, for senders that use the short name.
    /// </summary>
    public static IReadOnlyList<string> Resolve(string name) =>
        Targets.TryGetValue(name, out string[]? stored) ? stored is [ServiceName] ? stored : [.. stored, name] : [name];

    /// <summary>The alias of a stored name. False when it has none.</summary>
    public static bool TryGetAlias(string stored, [NotNullWhen(true)] out string? alias)
    {
        alias = stored switch
        {
            "k8s.namespace.name" => "namespace",
            "k8s.pod.name" => "pod",
            "k8s.container.name" or "container.name" => "container",
            "k8s.node.name" => "node",
            "k8s.cluster.name" => "cluster",
            "cloud.region" => "region",
            "service.version" => "version",
            "host.name" => "hostname",
            "deployment.environment.name" => "environment",
            _ => null,
        };
        return alias is not null;
    }

    /// <summary>The value that <paramref name="name"/>, stored name or alias, has in <paramref name="labels"/>; empty when none.</summary>
    public static string ValueOf(LabelSet labels, string name)
    {
        if (labels.TryGet(name, out string value))
        {
            return value;
        }

        if (Targets.TryGetValue(name, out string[]? stored))
        {
            foreach (string target in stored)
            {
                if (labels.TryGet(target, out value))
                {
                    return value;
                }
            }
        }

        return "";
    }
}
