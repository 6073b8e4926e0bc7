using Hearth.Profiles.Labels;
using Hearth.Profiles.Types;

namespace Hearth.Query.Selecting;

/// <summary>What a request selects: a profile type and conditions on labels, all of which must hold.</summary>
internal sealed class Selection
{
    private Selection(List<LabelMatcher> matchers) => Matchers = matchers;

    /// <summary>The conditions, those of the profile type and the service included.</summary>
    public List<LabelMatcher> Matchers { get; }

    /// <summary>The profile type when one is named exactly.</summary>
    public ProfileType? Type { get; private set; }

    /// <summary>The service when one is named exactly.</summary>
    public string? Service { get; private set; }

    /// <summary>Whether a series' own labels matter, or only its service and profile type.</summary>
    public bool SelectsWholeServices => Matchers.TrueForAll(matcher => DerivedLabels.IsShared(matcher.Name));

    /// <summary>
    /// Reads selectors, which are ANDed, and a profile type id, which is one more condition. False with a sentence when one is
    /// malformed. An empty <paramref name="profileTypeId"/> is no condition.
    /// </summary>
    public static bool TryCreate(
        string profileTypeId, IEnumerable<string> selectors, SelectorLimits limits, out Selection selection, out string? error)
    {
        List<LabelMatcher> matchers = [];
        selection = new Selection(matchers);
        error = null;
        if (profileTypeId.Length > 0)
        {
            if (!ProfileType.TryParse(profileTypeId, out ProfileType type))
            {
                error = $"profile_typeID '{profileTypeId}' is not of the form name:sample_type:sample_unit:period_type:period_unit.";
                return false;
            }

            matchers.Add(LabelMatcher.Equality(LabelNames.ProfileType, type.Id));
        }

        foreach (string selector in selectors)
        {
            if (!SelectorParser.TryParse(selector, limits, matchers, out error))
            {
                return false;
            }
        }

        selection.Settle();
        return true;
    }

    private void Settle()
    {
        foreach (LabelMatcher matcher in Matchers)
        {
            if (matcher.Operator != MatchOperator.Equal)
            {
                continue;
            }

            if (matcher.Name == LabelNames.ProfileType && ProfileType.TryParse(matcher.Value, out ProfileType type))
            {
                Type ??= type;
            }
            else if (matcher.Name is LabelNames.ServiceName or LabelNames.ServiceNameAttribute or DerivedLabels.PrivateService
                && matcher.Value.Length > 0)
            {
                Service ??= matcher.Value;
            }
        }
    }
}
