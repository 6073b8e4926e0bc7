namespace Hearth.Native.Names;

/// <summary>
/// Which of several names of one address people want to read. The order is total, so the choice does not depend on the
/// order in a file: fewer leading underscores, no decoration (a '.', '@' or '$' suffix), shorter, then by bytes.
/// </summary>
public static class AliasOrder
{
    /// <summary>Less than zero when <paramref name="left"/> reads better than <paramref name="right"/>.</summary>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int order = Underscores(left).CompareTo(Underscores(right));
        if (order == 0)
        {
            order = IsDecorated(left).CompareTo(IsDecorated(right));
        }

        if (order == 0)
        {
            order = left.Length.CompareTo(right.Length);
        }

        return order != 0 ? order : left.SequenceCompareTo(right);
    }

    private static bool IsDecorated(ReadOnlySpan<byte> name) => name.IndexOfAny((byte)'.', (byte)'@', (byte)'$') > 0;

    private static int Underscores(ReadOnlySpan<byte> name)
    {
        // A mangled name starts with _Z or _R: that underscore is no decoration.
        if (name.Length > 2 && name[0] == '_' && name[1] is (byte)'Z' or (byte)'R')
        {
            return 0;
        }

        int count = name.IndexOfAnyExcept((byte)'_');
        return count < 0 ? name.Length : count;
    }
}
