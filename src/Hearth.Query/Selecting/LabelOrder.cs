using Hearth.Profiles.Labels;

namespace Hearth.Query.Selecting;

/// <summary>Label sets in the order of their names and values, a prefix before what is longer.</summary>
internal sealed class LabelOrder : IComparer<LabelSet>
{
    public static LabelOrder Instance { get; } = new();

    public int Compare(LabelSet? x, LabelSet? y)
    {
        ReadOnlySpan<Label> left = x is null ? default : x.Span;
        ReadOnlySpan<Label> right = y is null ? default : y.Span;
        for (int i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            int order = string.CompareOrdinal(left[i].Name, right[i].Name);
            order = order != 0 ? order : string.CompareOrdinal(left[i].Value, right[i].Value);
            if (order != 0)
            {
                return order;
            }
        }

        return left.Length - right.Length;
    }
}
