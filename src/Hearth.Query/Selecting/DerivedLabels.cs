using Hearth.Profiles.Labels;
using Hearth.Profiles.Types;

namespace Hearth.Query.Selecting;

/// <summary>Labels that are not stored but follow from the profile type or the service of a series.</summary>
internal static class DerivedLabels
{
    /// <summary>The service under the private name that Pyroscope keeps beside <c>service_name</c>.</summary>
    public const string PrivateService = "__service_name__";

    /// <summary>All private names, sorted.</summary>
    public static IReadOnlyList<string> PrivateNames { get; } =
    [
        LabelNames.Name, LabelNames.PeriodType, LabelNames.PeriodUnit, LabelNames.ProfileType, PrivateService, LabelNames.Type,
        LabelNames.Unit,
    ];

    /// <summary>The value of a private label; null when the name is not one of them.</summary>
    public static string? ValueOf(string name, in ProfileType type, string service) => name switch
    {
        LabelNames.ProfileType => type.Id,
        LabelNames.Name => type.Name,
        LabelNames.Type => type.SampleType,
        LabelNames.Unit => type.SampleUnit,
        LabelNames.PeriodType => type.PeriodType,
        LabelNames.PeriodUnit => type.PeriodUnit,
        PrivateService => service,
        _ => null,
    };

    /// <summary>Whether a label says something about the service or the profile type only, not about one series.</summary>
    public static bool IsShared(string name) =>
        name is LabelNames.ServiceName or LabelNames.ServiceNameAttribute || PrivateNames.Contains(name);
}
