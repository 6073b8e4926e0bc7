namespace Hearth.Query.Selecting;

/// <summary>Labels that are not stored but follow from the profile type or the service of a series.</summary>
internal static class DerivedLabels
{
    /// <summary>The five-part profile type id.</summary>
    public const string ProfileType = "__profile_type__";

    /// <summary>First part of the id.</summary>
    public const string Name = "__name__";

    /// <summary>Second part: the sample type.</summary>
    public const string SampleType = "__type__";

    /// <summary>Third part: the sample unit.</summary>
    public const string SampleUnit = "__unit__";

    /// <summary>Fourth part.</summary>
    public const string PeriodType = "__period_type__";

    /// <summary>Fifth part.</summary>
    public const string PeriodUnit = "__period_unit__";

    /// <summary>The service, stored as a column of its own.</summary>
    public const string Service = "service_name";

    /// <summary>The service again, under the private name Pyroscope uses.</summary>
    public const string PrivateService = "__service_name__";

    /// <summary>All private names, sorted.</summary>
    public static IReadOnlyList<string> PrivateNames { get; } =
        [Name, PeriodType, PeriodUnit, ProfileType, PrivateService, SampleType, SampleUnit];
}
