using Hearth.Profiles.Labels;

namespace Hearth.Storage.Reading;

/// <summary>A series of one profile type.</summary>
/// <param name="Service">Service name.</param>
/// <param name="ProfileType">Five-part profile type id.</param>
/// <param name="Series">Series id.</param>
/// <param name="Group">Hash of the promoted labels.</param>
/// <param name="Labels">All stored labels, service_name included.</param>
public sealed record SeriesRow(string Service, string ProfileType, ulong Series, ulong Group, LabelSet Labels);
