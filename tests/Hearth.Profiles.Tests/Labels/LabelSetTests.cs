using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Hearth.Profiles.Labels;
using Xunit;

namespace Hearth.Profiles.Tests.Labels;

public sealed class LabelSetTests
{
    [Fact]
    public void Build_AnyNames_AreSortedByTheirUtf8Bytes() =>
        Prop.ForAll<string[]>(names =>
        {
            LabelSet.Builder builder = new();
            string[] special = ["\uE000x", "\U0001F600y", "a", "\uFFFF"];
            string[] valid = [.. names.Where(name => !string.IsNullOrEmpty(name)).Concat(special).Where(IsText)];
            foreach (string name in valid)
            {
                builder.Set(name, "v");
            }

            byte[][] expected = [.. valid.Distinct().Select(Encoding.UTF8.GetBytes)];
            Array.Sort(expected, (left, right) => left.AsSpan().SequenceCompareTo(right));
            Assert.Equal(expected.Select(Encoding.UTF8.GetString), builder.Build().Select(label => label.Name));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Build_LastValueWins_EmptyValueRemoves()
    {
        LabelSet labels = LabelSet.Of(("b", "1"), ("a", "2"), ("b", "3"), ("c", "4"), ("c", ""));
        Assert.Equal("{a=\"2\", b=\"3\"}", labels.ToString());
        Assert.Equal("3", labels["b"]);
        Assert.Null(labels["c"]);
        Assert.Equal(2, labels.Count);
    }

    [Fact]
    public void Equals_SameLabelsInAnotherOrder_AreEqual()
    {
        LabelSet left = LabelSet.Of(("a", "1"), ("b", "2"));
        LabelSet right = LabelSet.Of(("b", "2"), ("a", "1"));
        Assert.Equal(left, right);
        Assert.Equal(left.GetHashCode(), right.GetHashCode());
        Assert.NotEqual(left, LabelSet.Of(("a", "1"), ("b", "3")));
    }

    [Fact]
    public void ToString_SpecialCharacters_AreEscaped() =>
        Assert.Equal("{a=\"x\\\"y\\\\z\\n\"}", LabelSet.Of(("a", "x\"y\\z\n")).ToString());

    [Fact]
    public void Only_NamesAsked_AreKept() =>
        Assert.Equal("{b=\"2\"}", LabelSet.Of(("a", "1"), ("b", "2")).Only(new HashSet<string> { "b", "z" }).ToString());

    private static bool IsText(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
