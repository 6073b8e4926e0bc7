using Hearth.Profiles.Labels;
using Hearth.Profiles.Types;
using Hearth.Storage.Reading;

namespace Hearth.Query.Selecting;

/// <summary>
/// A series as selectors, group-by and label lists see it: its stored labels, their aliases, and the labels derived from its
/// profile type and service.
/// </summary>
internal readonly struct SeriesLabels(SeriesRow row)
{
    private readonly ProfileType _type = ProfileType.TryParse(row.ProfileType, out ProfileType type) ? type : default;

    /// <summary>The row in the store.</summary>
    public SeriesRow Row => row;

    /// <summary>The value of a label by its stored name, alias or private name; empty when the series lacks it.</summary>
    public string ValueOf(string name)
    {
        string? derived = DerivedLabels.ValueOf(name, _type, row.Service);
        if (derived is not null)
        {
            return derived;
        }

        return name is LabelNames.ServiceName or LabelNames.ServiceNameAttribute ? row.Service : LabelNames.ValueOf(row.Labels, name);
    }

    /// <summary>Whether every matcher holds.</summary>
    public bool Matches(IReadOnlyList<LabelMatcher> matchers)
    {
        for (int i = 0; i < matchers.Count; i++)
        {
            if (!matchers[i].Matches(ValueOf(matchers[i].Name)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Adds every name the series answers to: stored names, aliases and private names.</summary>
    public void AddNames(ISet<string> names)
    {
        foreach (Label label in row.Labels.Span)
        {
            names.Add(label.Name);
            if (LabelNames.TryGetAlias(label.Name, out string? alias))
            {
                names.Add(alias);
            }
        }

        names.Add(LabelNames.ServiceName);
        foreach (string name in DerivedLabels.PrivateNames)
        {
            if (ValueOf(name).Length > 0)
            {
                names.Add(name);
            }
        }
    }
}
